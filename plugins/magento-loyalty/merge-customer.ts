import { DeliveryError, isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import type { MagentoMessage } from './magento-loyalty.dto.js';

type Contents = Pick<MagentoMessage, 'customAttributes' | 'groupId'>;

/** What a message changes: texts by attribute code, and the group. */
export interface Change {
  readonly attributes: ReadonlyMap<string, string>;
  readonly groupId?: number;
}

/** Reads a message. Throws `mapping` where it holds what an attribute cannot, or nothing to write. */
export function changeOf({ customAttributes = {}, groupId }: Contents): Change {
  const attributes = new Map<string, string>();
  for (const [code, value] of Object.entries(customAttributes)) {
    if (value === null) continue;
    if (!/^[a-z][a-z0-9_]{0,59}$/.test(code) || typeof value === 'object') {
      throw new DeliveryError(
        'mapping',
        '"customAttributes" holds texts, numbers, true or false by attribute code (small letters, digits and _); ' +
          'correct the mapping.',
      );
    }
    attributes.set(code, typeof value === 'boolean' ? String(Number(value)) : String(value));
  }
  if (attributes.size === 0 && groupId === undefined) {
    throw new DeliveryError(
      'mapping',
      'The mapping gave no attribute and no group to write; see what the event holds.',
    );
  }
  return { attributes, ...(groupId !== undefined && { groupId }) };
}

/**
 * The customer to put: all that was read, with the change. A PUT replaces, so what is left out would be lost (magento2
 * #2499, #7380, #14663, #27909); attributes without a value are left out, because Magento refuses them.
 */
export function mergeCustomer(current: JsonObject, { attributes, groupId }: Change): JsonObject {
  const merged = new Map<string, Json>([...attributesOf(current), ...attributes]);
  return {
    ...current,
    // Else the store's own rules (by country and VAT number) would move the customer on.
    ...(groupId !== undefined && { group_id: groupId, disable_auto_group_change: 1 }),
    custom_attributes: [...merged].map(([code, value]) => ({ attribute_code: code, value })),
  };
}

/** The custom attributes of a customer that have a value, by code. */
export function attributesOf(customer: JsonObject): Map<string, Json> {
  const list = Array.isArray(customer.custom_attributes) ? customer.custom_attributes.filter(isJsonObject) : [];
  return new Map(
    list.flatMap(({ attribute_code: code, value }) =>
      typeof code === 'string' && value !== null && value !== undefined ? [[code, value]] : [],
    ),
  );
}

/** Attributes that Magento dropped without a word, because nobody has created them. */
export function droppedAttributes(saved: Json | undefined, { attributes }: Change): string[] {
  if (!isJsonObject(saved) || typeof saved.id !== 'number') return [];
  const kept = attributesOf(saved);
  return [...attributes].filter(([code, value]) => value !== '' && !kept.has(code)).map(([code]) => code);
}
