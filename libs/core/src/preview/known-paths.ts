import { mostSimilar } from '@patchbay/mapping';
import { isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';

/** Names that Liquid offers on every list and text. */
const LIQUID_NAMES = new Set(['first', 'last', 'size']);

/** Place where a path may have a value: an example of the value, or a JSON Schema of the value, or both. */
export interface KnownPlace {
  readonly value?: Json;
  readonly schema?: JsonObject;
}

/** Path that is not known. */
export interface UnknownPath {
  /** Most similar known path; null if no known path is similar. */
  readonly suggestion: string | null;
  /** True if the suggestion differs from the path only in capitalization. */
  readonly differsInCase: boolean;
}

/**
 * Returns null if a path exists in the value or the schema, else the unknown path. A part without a declared shape may
 * contain anything.
 * @param segments names of the path below the place; `*` is any list entry or any name
 * @param prefix text of the path to the place, for the suggestion
 */
export function unknownPath(place: KnownPlace, segments: readonly string[], prefix: string): UnknownPath | null {
  let places: readonly KnownPlace[] = [place];
  for (const [index, segment] of segments.entries()) {
    if (places.some(isUndeclared)) return null;
    const next = places.flatMap((one) => below(one, segment));
    if (next.length === 0) {
      if (LIQUID_NAMES.has(segment) && places.some(isListOrText)) return null;
      const names = new Set(places.flatMap(namesOf));
      const sameLetters = [...names].find((name) => name.toLowerCase() === segment.toLowerCase());
      const similar = sameLetters ?? mostSimilar(segment, names);
      const rest = segments.slice(index + 1);
      const parts = similar === null ? [] : [prefix, ...segments.slice(0, index), similar, ...rest];
      return { suggestion: similar === null ? null : parts.join('.'), differsInCase: sameLetters !== undefined };
    }
    places = next;
  }
  return null;
}

/** Returns the schemas of the values at a path. Null if a part of the path has no declared shape. */
export function schemasAt(schema: JsonObject, segments: readonly string[]): readonly JsonObject[] | null {
  let schemas: readonly JsonObject[] = [schema];
  for (const segment of segments) {
    if (schemas.some((one) => isUndeclared({ schema: one }))) return null;
    schemas = schemas.flatMap((one) => schemasBelow(one, segment));
  }
  return schemas;
}

/** Returns the end of a sentence about an unknown path: the suggestion, or an empty text. */
export function didYouMeanPath({ suggestion, differsInCase }: UnknownPath): string {
  if (suggestion === null) return '';
  const reason = differsInCase ? ' It differs only in capitalization.' : '';
  return `${reason} Did you mean "${suggestion}"?`;
}

function below({ value, schema }: KnownPlace, segment: string): readonly KnownPlace[] {
  return [
    ...valuesBelow(value, segment).map((found) => ({ value: found })),
    ...schemasBelow(schema, segment).map((found) => ({ schema: found })),
  ];
}

/** Returns the values below a value. As in filters, a name also continues in the entries of a list. */
function valuesBelow(value: Json | undefined, segment: string): readonly Json[] {
  if (Array.isArray(value)) return segment === '*' ? value : value.flatMap((entry) => valuesBelow(entry, segment));
  if (!isJsonObject(value)) return [];
  if (segment === '*') return Object.values(value);
  const child = Object.hasOwn(value, segment) ? value[segment] : undefined;
  return child === undefined ? [] : [child];
}

function schemasBelow(schema: JsonObject | undefined, segment: string): readonly JsonObject[] {
  if (schema === undefined) return [];
  const { properties, items, additionalProperties } = schema;
  const declared = isJsonObject(properties) ? properties : {};
  if (segment === '*') return [items, additionalProperties, ...Object.values(declared)].filter(isJsonObject);
  const own = Object.hasOwn(declared, segment) ? declared[segment] : additionalProperties;
  return [...(isJsonObject(own) ? [own] : []), ...(isJsonObject(items) ? schemasBelow(items, segment) : [])];
}

/** Returns true if a schema says nothing about the shape of its value. */
function isUndeclared({ schema }: KnownPlace): boolean {
  if (schema === undefined) return false;
  const { properties, items, additionalProperties, type } = schema;
  if (properties !== undefined || items !== undefined || additionalProperties !== undefined) return false;
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  return types.some((one) => one === undefined || one === 'object' || one === 'array');
}

function isListOrText({ value, schema }: KnownPlace): boolean {
  const type = schema?.['type'];
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  return Array.isArray(value) || typeof value === 'string' || types.includes('array') || types.includes('string');
}

function namesOf({ value, schema }: KnownPlace): readonly string[] {
  const properties = schema?.['properties'];
  const items = schema?.['items'];
  return [
    ...(isJsonObject(value) ? Object.keys(value) : []),
    ...(Array.isArray(value) ? value.slice(0, 1).flatMap((entry) => namesOf({ value: entry })) : []),
    ...(isJsonObject(properties) ? Object.keys(properties) : []),
    ...(isJsonObject(items) ? namesOf({ schema: items }) : []),
  ];
}
