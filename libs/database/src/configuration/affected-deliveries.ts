import {
  isConfirmed,
  UnconfirmedChangeError,
  type AffectedDeliveries,
  type Confirmation,
  type NeedsConfirmation,
} from '@patchbay/core';
import type { EntityManager } from 'typeorm';
import { ROUTED_SUBSCRIPTIONS } from '../sql/queues.js';
import type { ApplyContext } from './apply-context.js';

/**
 * Counts the waiting deliveries that a change affects, and refuses the change if it is not confirmed. A confirmed
 * change that removes or replaces a destination is counted a second time, under a lock of `deliveries_waiting` against
 * writers. The lock ensures that no delivery can arrive between the count and the commit. Because of this lock, only
 * {@link ApplyContext.publish} may follow in the change's transaction.
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

/**
 * Counts waiting deliveries per destination. An undecided delivery counts for each destination that the route of its
 * version names.
 */
async function waitingFor(
  manager: EntityManager,
  destinationIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await manager.query<readonly { readonly id: string; readonly count: string }[]>(
    `SELECT w.id, count(*) AS count FROM (
      SELECT destination_id AS id FROM deliveries_waiting WHERE destination_id = ANY ($1::uuid[])
      UNION ALL
      SELECT e.id FROM deliveries_waiting w JOIN subscription_versions v ON v.id = w.subscription_version_id
      CROSS JOIN LATERAL (
        SELECT DISTINCT (e.entry ->> 'destinationId')::uuid AS id FROM json_array_elements(v.route) AS e (entry)
      ) e
      WHERE w.destination_id = w.subscription_id AND w.destination_id = ANY (ARRAY(${ROUTED_SUBSCRIPTIONS}))
        AND e.id = ANY ($1::uuid[])
    ) w GROUP BY 1`,
    [destinationIds],
  );
  return new Map(rows.map(({ id, count }) => [id, Number(count)]));
}
