import { isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';

/** A field that differs between two values. */
export interface JsonChange {
  /** Path of the field, such as `mapping.body`. */
  readonly field: string;
  /** Value before the change. Null if the field was not set. */
  readonly before: Json;
  /** Value after the change. Null if the field is not set any more. */
  readonly after: Json;
}

/**
 * Returns the fields at which two values differ, ordered by name. Compares nested fields only if both values are
 * objects. A list counts as one value.
 */
export function jsonChanges(before: JsonObject, after: JsonObject, at = ''): readonly JsonChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    // A field may have the name of a property that every object inherits, such as `constructor`.
    const [one, other] = [before, after].map((value) => (Object.hasOwn(value, name) ? value[name] : undefined));
    const field = at === '' ? name : `${at}.${name}`;
    if (isJsonObject(one) && isJsonObject(other)) return jsonChanges(one, other, field);
    if (JSON.stringify(one) === JSON.stringify(other)) return [];
    return [{ field, before: one ?? null, after: other ?? null }];
  });
}
