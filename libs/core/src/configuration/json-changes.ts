import { isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';

/** A field that differs between two values. */
export interface JsonChange {
  /** Path of the field, such as `mapping.body` or `route[1].destination`. */
  readonly field: string;
  /** Value before the change. Null if the field was not set. */
  readonly before: Json;
  /** Value after the change. Null if the field is not set any more. */
  readonly after: Json;
}

/**
 * Returns the fields at which two values differ, ordered by name. Compares nested fields only if both values are
 * objects, or lists with the same number of objects, such as the entries of a route. Any other list counts as one value.
 * @param options.wholeLists true to count every list as one value
 */
export function jsonChanges(
  before: JsonObject,
  after: JsonObject,
  options: { readonly wholeLists?: boolean } = {},
): readonly JsonChange[] {
  return changesAt('', before, after, options.wholeLists === true);
}

function changesAt(at: string, before: JsonObject, after: JsonObject, wholeLists: boolean): readonly JsonChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    // A field may have the name of a property that every object inherits, such as `constructor`.
    const [one, other] = [before, after].map((value) => (Object.hasOwn(value, name) ? value[name] : undefined));
    const field = at === '' ? name : `${at}.${name}`;
    if (isJsonObject(one) && isJsonObject(other)) return changesAt(field, one, other, wholeLists);
    const pairs = wholeLists ? null : pairsOf(one, other);
    if (pairs !== null) return pairs.flatMap(([a, b], index) => changesAt(`${field}[${index}]`, a, b, wholeLists));
    if (JSON.stringify(one) === JSON.stringify(other)) return [];
    return [{ field, before: one ?? null, after: other ?? null }];
  });
}

/** Pairs the entries of two lists that have the same number of entries, all of them objects. Null for other values. */
function pairsOf(
  one: Json | undefined,
  other: Json | undefined,
): readonly (readonly [JsonObject, JsonObject])[] | null {
  if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length || one.length === 0) return null;
  const pairs = one.flatMap((entry, index) => {
    const changed = other[index];
    return isJsonObject(entry) && isJsonObject(changed) ? [[entry, changed] as const] : [];
  });
  return pairs.length === one.length ? pairs : null;
}
