import { DeliveryError } from './delivery-error.js';
import type { FieldOptions } from './field/field-options.js';
import { isJsonObject, type Json, type JsonObject } from './json.js';

/** Field options of the message field `vendor`, shared by all plugins; see {@link withVendorFields}. */
export const VENDOR: FieldOptions = {
  label: 'Further fields of the vendor',
  help: "Fields of the vendor's API that have no field here, by their names in the API. Values that the hub sets win.",
  optional: true,
  type: 'object',
  personal: true,
};

/**
 * Adds further fields of the vendor to the body of a request. Each value in the body stays: objects are merged, and lists
 * of objects are merged entry by entry without new entries. Names are equal if they differ only in case and underscores,
 * because some vendors accept several spellings.
 * @param vendor the message field `vendor`; absent if there are no further fields
 * @param reserved paths of fields that only the plugin may set, such as `messages.to` for each entry of `messages`. List
 *   each field that could add a recipient or change the callback, even if the body does not contain it.
 * @throws a `mapping` DeliveryError if `vendor` contains a reserved field
 */
export function withVendorFields(
  body: JsonObject,
  vendor: JsonObject | undefined,
  reserved: readonly string[],
): JsonObject {
  if (vendor === undefined) return body;
  for (const path of reserved) {
    if (!contains(vendor, path.split('.').map(plain))) continue;
    throw new DeliveryError(
      'mapping',
      `The mapping must not set "${path}" in "vendor", because only the hub sets this field. Remove it from "vendor".`,
    );
  }
  return merged(body, vendor);
}

function merged(body: JsonObject, vendor: JsonObject): JsonObject {
  const further = new Map(Object.entries(vendor).map(([name, value]) => [plain(name), value]));
  const own = Object.entries(body).map(([name, value]): [string, Json] => [
    name,
    added(value, further.get(plain(name))),
  ]);
  const taken = new Set(Object.keys(body).map(plain));
  return Object.fromEntries([...Object.entries(vendor).filter(([name]) => !taken.has(plain(name))), ...own]);
}

function added(value: Json, further: Json | undefined): Json {
  if (isJsonObject(value)) return isJsonObject(further) ? merged(value, further) : value;
  if (!Array.isArray(value) || !Array.isArray(further)) return value;
  return value.map((entry, index) => added(entry, further[index]));
}

/** Returns true if a value, or an entry of a list in it, contains the path. */
function contains(value: Json, path: readonly string[]): boolean {
  const [segment, ...rest] = path;
  if (segment === undefined) return true;
  if (Array.isArray(value)) return value.some((entry) => contains(entry, path));
  if (!isJsonObject(value)) return false;
  return Object.entries(value).some(([name, child]) => plain(name) === segment && contains(child, rest));
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll('_', '');
}
