import type { EventEnvelope, Json, JsonObject } from '@patchbay/plugin-sdk';
import type { PersonalValue } from '../event/personal-value.js';
import { openPersonal, personalContext, putBack } from '../event/privacy.js';
import type { BrandVault } from '../vault.port.js';
import type { StoredEvent } from './read-store.port.js';

/**
 * Decrypts the personal values of an event. Empty for a quarantined event, whose whole body is sealed instead. Throws a
 * VaultError if the brand's key does not decrypt the values.
 */
export function personalOf(
  event: Pick<StoredEvent, 'id' | 'sealed' | 'quarantineReason'>,
  vault: BrandVault,
): readonly PersonalValue[] {
  return event.quarantineReason === null ? openPersonal(event, vault) : [];
}

/**
 * Decrypts the body of a quarantined event, as received, in base64. Null for other events and for an erased body.
 * Throws a VaultError if the brand's key does not decrypt the body.
 */
export function quarantinedBody(event: StoredEvent, vault: BrandVault): string | null {
  if (event.sealed === null || event.quarantineReason === null) return null;
  return vault.open(personalContext(event.id), event.sealed);
}

/**
 * Returns an event's data and attributes with its personal values at their original paths.
 * @param show returns the text that replaces a value; left out to return the values themselves
 */
export function withPersonal(
  event: Pick<StoredEvent, 'data' | 'attributes'>,
  personal: readonly PersonalValue[],
  show: (value: Json) => Json = (value) => value,
): { readonly data: JsonObject; readonly attributes: JsonObject } {
  const shown = personal.map(({ root, path, value }) => ({ root, path, value: show(value) }));
  return {
    data: putBack(
      event.data,
      shown.filter(({ root }) => root === 'data'),
    ),
    attributes: putBack(
      event.attributes,
      shown.filter(({ root }) => root === 'attributes'),
    ),
  };
}

/** Returns a stored event in the form that filters and mappings see. */
export function storedEnvelope(
  event: Omit<StoredEvent, 'customerIds'>,
  brand: string,
  data: JsonObject,
): EventEnvelope {
  return {
    id: event.id,
    type: event.type,
    brand,
    source: event.source,
    customerId: event.customerId,
    occurredAt: new Date(event.occurredAt).toISOString(),
    receivedAt: new Date(event.receivedAt).toISOString(),
    data,
  };
}
