import type { EventEnvelope } from '@patchbay/plugin-sdk';
import type { CompiledSource } from '../configuration/compiled-configuration.js';
import type { ClaimedEvent } from '../delivery/delivery.js';
import { parsePersonal, personalContext, restoreData } from './privacy.js';

/** An event as it came in, its personal values back in their places. Throws a VaultError. */
export function openEvent(event: ClaimedEvent, source: CompiledSource): EventEnvelope {
  return {
    id: event.id,
    type: event.type,
    brand: source.brand.name,
    source: source.record.name,
    customerId: event.customerId,
    occurredAt: new Date(event.occurredAt).toISOString(),
    receivedAt: new Date(event.receivedAt).toISOString(),
    data:
      event.sealed === null
        ? event.data
        : restoreData(event.data, parsePersonal(source.brand.vault.open(personalContext(event.id), event.sealed))),
  };
}
