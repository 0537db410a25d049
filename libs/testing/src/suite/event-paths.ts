import { isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import { sourceAdapters } from '@patchbay/sources';

/** Names that Liquid answers itself for lists and texts. */
const LIQUID_NAMES = new Set(['first', 'last', 'size']);

/**
 * Returns the paths of `reads` that no event of this type has. The catalogue of the loyalty platform declares the
 * fields of its events; for other types, the sample event decides.
 * @param reads paths of a mapping, for example `data.totalPointsIssued`
 * @param type event type; `*` for a preset that applies to every type
 * @param samples data of sample events by type
 */
export function unknownPaths(
  reads: readonly string[],
  type: string,
  samples: Readonly<Record<string, JsonObject>>,
): readonly string[] {
  const declared = [...(sourceAdapters().get('capillary')?.catalogue() ?? [])];
  const known = declared.filter((info) => type === '*' || info.type === type);
  return reads.filter((path) => {
    const [root, ...names] = path.split('.');
    if (root !== 'data' || names.length === 0) return false;
    if (known.length > 0) return !known.some(({ schema }) => declares(schema, names));
    return !hasPath(samples[type], names);
  });
}

/** Returns true if a schema declares a path. A schema without properties and items allows every path. */
function declares(schema: Json | undefined, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return true;
  if (!isJsonObject(schema)) return false;
  const { properties, items, additionalProperties } = schema;
  if (isJsonObject(properties)) return Object.hasOwn(properties, name) && declares(properties[name], rest);
  if (items !== undefined) return LIQUID_NAMES.has(name) ? true : declares(items, rest);
  if (additionalProperties !== undefined) return declares(additionalProperties, rest);
  return schema.type === undefined;
}

function hasPath(value: Json | undefined, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return true;
  if (Array.isArray(value)) return LIQUID_NAMES.has(name) || value.some((entry) => hasPath(entry, rest));
  return isJsonObject(value) && Object.hasOwn(value, name) && hasPath(value[name], rest);
}
