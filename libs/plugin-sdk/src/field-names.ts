import type { Json } from './json.js';

/** Pattern of the names of fields. Texts that people wrote do not match. */
const NAME = /^[a-z][\w.[\]]{0,99}$/i;

/** Returns the names of fields among the values of a vendor's error. A name is never personal. */
export function fieldNames(values: readonly (Json | undefined)[]): readonly string[] {
  return values.filter((value): value is string => typeof value === 'string' && NAME.test(value) && value !== 'null');
}
