import type { EventEnvelope, Json, JsonObject } from '@patchbay/plugin-sdk';
import { putBack } from '../event/paths.js';
import { parsePersonal, personalContext, type PersonalValue } from '../event/privacy.js';
import type { BrandVault } from '../vault.port.js';
import type { StoredEvent } from './read-store.port.js';

/**
 * The personal values that were sealed of an event; of a quarantined one none, since its whole body is sealed as it came.
 * Throws a VaultError where the brand's key does not open them.
 */
export function personalOf(
  event: Pick<StoredEvent, 'id' | 'sealed' | 'quarantineReason'>,
  vault: BrandVault,
): readonly PersonalValue[] {
  if (event.sealed === null || event.quarantineReason !== null) return [];
  return parsePersonal(vault.open(personalContext(event.id), event.sealed));
}

/**
 * The body of a quarantined event as it came, in base64; null of any other, and where it has been erased.
 * Throws a VaultError where the brand's key does not open it.
 */
export function quarantinedBody(event: StoredEvent, vault: BrandVault): string | null {
  if (event.sealed === null || event.quarantineReason === null) return null;
  return vault.open(personalContext(event.id), event.sealed);
}

/**
 * An event's data and attributes with its personal values in their places.
 * @param show what stands there for each; left out: the value itself
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

/** A stored event as filters and mappings see it. */
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
