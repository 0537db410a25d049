import type { DeliveryErrorKind } from '@patchbay/plugin-sdk';
import type { EntityManager } from 'typeorm';
import type { DestinationEntity } from '../entities/destination.entity.js';
import type { SwitchFacts } from './note-rows.js';
import { NOTE_SWITCH } from './note.sql.js';

/** Notes, in the transaction that does it, that a destination was paused or goes on; nothing where nobody listens. */
export async function noteSwitch(
  manager: EntityManager,
  { id, brandId, version, paused, pausedReason }: DestinationEntity,
  { by, errorKind }: { readonly by: SwitchFacts['by']; readonly errorKind: DeliveryErrorKind | null },
): Promise<void> {
  const type = paused ? 'destination.paused' : 'destination.resumed';
  const facts: SwitchFacts = { destinationId: id, version, by, reason: pausedReason, errorKind };
  await manager.query(NOTE_SWITCH, [brandId, type, id, String(version), JSON.stringify(facts)]);
}
