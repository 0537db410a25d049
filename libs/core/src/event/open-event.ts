import type { EventEnvelope } from '@patchbay/plugin-sdk';
import type { CompiledSource } from '../configuration/compiled-configuration.js';
import type { ClaimedEvent } from '../delivery/delivery.js';
import { parsePersonal, personalContext, restoreData, type PersonalValue } from './privacy.js';

/** Decrypts the personal values of an event. Empty for `pii-less`. Throws a VaultError if decryption fails. */
export function openPersonal(event: ClaimedEvent, source: CompiledSource): readonly PersonalValue[] {
  if (event.sealed === null) return [];
  return parsePersonal(source.brand.vault.open(personalContext(event.id), event.sealed));
}

/** Returns an event with its personal values at their original paths. Throws a VaultError if decryption fails. */
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
