import type { EventEnvelope } from '@patchbay/plugin-sdk';
import type { CompiledSource } from '../configuration/compiled-configuration.js';
import type { ClaimedEvent } from '../delivery/delivery.js';
import { parsePersonal, personalContext, restoreData, type PersonalValue } from './privacy.js';

/** What was sealed of an event when it came in; nothing in `pii-less`. Throws a VaultError. */
export function openPersonal(event: ClaimedEvent, source: CompiledSource): readonly PersonalValue[] {
  if (event.sealed === null) return [];
  return parsePersonal(source.brand.vault.open(personalContext(event.id), event.sealed));
}

/** An event as it came in, its personal values back in their places. Throws a VaultError. */
export function openEvent(
  event: ClaimedEvent,
  source: CompiledSource,
  personal: readonly PersonalValue[] = openPersonal(event, source),
): EventEnvelope {
  return {
    id: event.id,
    type: event.type,
    brand: source.brand.name,
    source: source.record.name,
    customerId: event.customerId,
    occurredAt: new Date(event.occurredAt).toISOString(),
    receivedAt: new Date(event.receivedAt).toISOString(),
    data: personal.length === 0 ? event.data : restoreData(event.data, personal),
  };
}
