import type { OperationalType } from '@patchbay/core';
import type { DeliveryErrorKind } from '@patchbay/plugin-sdk';
import type { EntityManager } from 'typeorm';
import type { DestinationEntity } from '../entities/destination.entity.js';
import type { SwitchFacts } from './outbox-rows.js';
import { APPEND_DESTINATION_SWITCH } from '../sql/outbox.js';

/**
 * Appends an outbox entry about a paused or resumed destination, in the transaction that pauses or resumes the
 * destination.
 */
export async function appendDestinationSwitch(
  manager: EntityManager,
  { id, brandId, version, paused, pausedReason }: DestinationEntity,
  { by, errorKind }: { readonly by: SwitchFacts['by']; readonly errorKind: DeliveryErrorKind | null },
): Promise<void> {
  const type = paused ? 'destination.paused' : 'destination.resumed';
  await append(manager, type, brandId, { destinationId: id, version, by, reason: pausedReason, errorKind });
}

/** Appends an outbox entry about a destination whose vendor refuses many messages in a row. */
export async function appendFailingDestination(
  manager: EntityManager,
  { id, brandId, version }: DestinationEntity,
  { reason, errorKind }: { readonly reason: string; readonly errorKind: DeliveryErrorKind | null },
): Promise<void> {
  const facts: SwitchFacts = { destinationId: id, version, by: 'hub', reason, errorKind };
  await append(manager, 'destination.failing', brandId, facts);
}

async function append(
  manager: EntityManager,
  type: OperationalType,
  brandId: string,
  facts: SwitchFacts,
): Promise<void> {
  const { destinationId, version } = facts;
  await manager.query(APPEND_DESTINATION_SWITCH, [
    ...[brandId, type, destinationId],
    ...[String(version), JSON.stringify(facts)],
  ]);
}
