import { isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';

/** Returns true for a value that renders as empty text: missing, null, a blank text or an empty list. */
function isEmptyValue(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === 'string' ? value.trim() === '' : Array.isArray(value) && value.length === 0;
}

/**
 * Returns true if every value at a path is empty.
 * @param path path below `data`, with `*` for list indexes: `data.lines.*.sku`
 */
export function isEmptyAt(data: JsonObject, path: string): boolean {
  let values: readonly Json[] = [data];
  for (const segment of path.split('.').slice(1)) {
    values = values.flatMap((value): readonly Json[] => {
      if (Array.isArray(value)) return ['*', 'first', 'last'].includes(segment) ? value : [];
      if (!isJsonObject(value)) return [];
      if (segment === '*') return Object.values(value);
      const child = Object.hasOwn(value, segment) ? value[segment] : undefined;
      return child === undefined ? [] : [child];
    });
  }
  return values.every(isEmptyValue);
}
