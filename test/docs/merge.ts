/** YAML mapping. */
export type Mapping = Readonly<Record<string, unknown>>;

/** Merges two mappings: mappings under the same key are merged, other values of `two` replace values of `one`. */
export function merged(one: Mapping, two: Mapping): Mapping {
  const keys = [...new Set([...Object.keys(one), ...Object.keys(two)])];
  return Object.fromEntries(
    keys.map((key) => {
      const [before, after] = [one[key], two[key]];
      if (after === undefined) return [key, before];
      return [key, isMapping(before) && isMapping(after) ? merged(before, after) : after];
    }),
  );
}

const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
