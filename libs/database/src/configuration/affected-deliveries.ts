import {
  isConfirmed,
  UnconfirmedChangeError,
  type AffectedDeliveries,
  type Confirmation,
  type NeedsConfirmation,
} from '@patchbay/core';
import type { EntityManager } from 'typeorm';
import type { ApplyContext } from './apply-context.js';

/**
 * Counts the waiting deliveries that a change affects, and refuses the change if it is not confirmed. A confirmed
 * change that removes or replaces a destination is counted a second time, under a lock of `deliveries_waiting` against
 * writers. The lock ensures that no delivery can arrive between the count and the commit. Must run last in the change's
 * transaction, because of this lock.
 * @throws UnconfirmedChangeError unless the change is a dry run
 */
export async function requireConfirmation(
  context: ApplyContext,
  confirmation: Confirmation & { readonly dryRun: boolean },
): Promise<NeedsConfirmation> {
  const count = async (): Promise<NeedsConfirmation> => {
    const needs = {
      affectedDeliveries: await countAffected(context),
      leavesPiiLess: [...context.leavesPiiLess],
    };
    if (!confirmation.dryRun && !isConfirmed(needs, confirmation)) throw new UnconfirmedChangeError(needs);
    return needs;
  };
  const needs = await count();
  if (confirmation.dryRun || context.affected.size === 0) return needs;
  await context.manager.query('LOCK TABLE deliveries_waiting IN SHARE MODE');
  return count();
}

async function countAffected({ manager, affected }: ApplyContext): Promise<readonly AffectedDeliveries[]> {
  if (affected.size === 0) return [];
  const counts = await waitingFor(manager, [...affected.keys()]);
  return [...affected].flatMap(([id, target]) => {
    const count = counts.get(id);
    return count === undefined ? [] : [{ ...target, count }];
  });
}

async function waitingFor(
  manager: EntityManager,
  destinationIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await manager.query<readonly { readonly id: string; readonly count: string }[]>(
    'SELECT destination_id AS id, count(*) AS count FROM deliveries_waiting WHERE destination_id = ANY ($1::uuid[]) GROUP BY 1',
    [destinationIds],
  );
  return new Map(rows.map(({ id, count }) => [id, Number(count)]));
}
