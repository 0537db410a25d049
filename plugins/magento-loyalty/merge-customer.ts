import {
  DeliveryError,
  isJsonObject,
  objectsIn,
  withVendorFields,
  type Json,
  type JsonObject,
} from '@patchbay/plugin-sdk';
import type { MagentoMessage } from './magento-loyalty.dto.js';

type Contents = Pick<MagentoMessage, 'customAttributes' | 'groupId' | 'vendor'>;

/** Fields of a write that only the plugin sets, because they identify the customer or have fields of their own. */
export const RESERVED = [
  ...['customer.id', 'customer.email', 'customer.website_id', 'customer.custom_attributes'],
  ...['customer.group_id', 'customer.disable_auto_group_change', 'password', 'passwordHash', 'redirectUrl'],
];

/** Changes in a message: texts by attribute code, the id of a customer group, and further fields of the request. */
export interface Change {
  readonly attributes: ReadonlyMap<string, string>;
  readonly groupId?: number;
  readonly vendor?: JsonObject;
}

/**
 * Reads the changes in a message. Throws `mapping` if a value is not valid for an attribute, or if there is nothing to
 * write.
 */
export function changeOf({ customAttributes = {}, groupId, vendor }: Contents): Change {
  const attributes = new Map<string, string>();
  for (const [code, value] of Object.entries(customAttributes)) {
    if (value === null) continue;
    if (!/^[a-z][a-z0-9_]{0,59}$/.test(code) || typeof value === 'object') {
      throw new DeliveryError(
        'mapping',
        'Each key of "customAttributes" must be an attribute code (small letters, digits and _), and each value a ' +
          'text, ' +
          'Correct the mapping.',
      );
    }
    attributes.set(code, typeof value === 'boolean' ? String(Number(value)) : String(value));
  }
  if (attributes.size === 0 && groupId === undefined && vendor === undefined) {
    throw new DeliveryError(
      'mapping',
      'The mapping produced neither an attribute nor a customer group, so there is nothing to change. Check the ' +
        'values in the event.',
    );
  }
  return { attributes, ...(groupId !== undefined && { groupId }), ...(vendor !== undefined && { vendor }) };
}

/**
 * Parts of a customer that a PUT leaves as they are if they are absent (Magento's `CustomerRepository::save`). Writing
 * them could undo a change that the shop makes at the same moment. A new address would be deleted (magento2 #2499), and
 * a customer who has just unsubscribed from the newsletter would be subscribed again.
 */
const NEVER_WRITTEN: ReadonlySet<string> = new Set(['addresses', 'extension_attributes']);

/**
 * Returns the customer to write: the changes, and the fields that were read. Magento resets absent fields, such as the
 * group (magento2 #14663), default addresses (#7380) and attributes with a default value (#27909).
 * Attributes without a value are omitted, because Magento refuses them.
 */
export function mergeCustomer(current: JsonObject, { attributes, groupId }: Change): JsonObject {
  const merged = new Map<string, Json>([...attributesOf(current), ...attributes]);
  return {
    ...Object.fromEntries(Object.entries(current).filter(([name]) => !NEVER_WRITTEN.has(name))),
    // Automatic group changes are disabled, because the store's own rules (by country and VAT number) would change the
    // group again.
    ...(groupId !== undefined && { group_id: groupId, disable_auto_group_change: 1 }),
    custom_attributes: [...merged].map(([code, value]) => ({ attribute_code: code, value })),
  };
}

/** Returns the body that changes a customer. The further fields of a message replace the fields that were read. */
export function changedBody(current: JsonObject, change: Change): JsonObject {
  const { customer: further, ...body } = withVendorFields({}, change.vendor, RESERVED);
  return { ...body, customer: { ...mergeCustomer(current, change), ...(isJsonObject(further) && further) } };
}

/** Returns the custom attributes of a customer that have a value, by code. */
export function attributesOf(customer: JsonObject): Map<string, Json> {
  return new Map(
    objectsIn(customer.custom_attributes).flatMap(({ attribute_code: code, value }) =>
      typeof code === 'string' && value !== null && value !== undefined ? [[code, value]] : [],
    ),
  );
}

/** Returns the error for attributes that Magento dropped silently; undefined if it saved all attributes. */
export function droppedError(saved: Json | undefined, change: Change, status: number): DeliveryError | undefined {
  const dropped = droppedAttributes(saved, change);
  if (dropped.length === 0) return undefined;
  return new DeliveryError(
    'rejected',
    `Magento did not save ${dropped.join(', ')}, because it has no such customer attribute. All other values ` +
      'are saved. ' +
      'Create the attribute under Stores > Attributes > Customer, then send the delivery again.',
    { response: { status } },
  );
}

/** Returns the attributes that Magento dropped silently, because the attributes do not exist in the store. */
export function droppedAttributes(saved: Json | undefined, { attributes }: Change): string[] {
  if (!isJsonObject(saved) || typeof saved.id !== 'number') return [];
  const kept = attributesOf(saved);
  return [...attributes].filter(([code, value]) => value !== '' && !kept.has(code)).map(([code]) => code);
}
