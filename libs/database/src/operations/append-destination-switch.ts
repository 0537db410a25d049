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
  const facts: SwitchFacts = { destinationId: id, version, by, reason: pausedReason, errorKind };
  await manager.query(APPEND_DESTINATION_SWITCH, [brandId, type, id, String(version), JSON.stringify(facts)]);
}
