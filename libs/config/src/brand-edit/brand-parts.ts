import { isJson, isJsonObject, type BrandPart, type JsonObject } from '@patchbay/core';
import type { BrandFileContent } from '../brand-file/brand-file-content.js';
import type { FieldPath } from '../field-path.js';

/** Section of a brand file for each kind of part. */
export const SECTIONS = {
  source: 'sources',
  destination: 'destinations',
  subscription: 'subscriptions',
} as const;

const NO_BODY_KEYS = ['brand', ...Object.values(SECTIONS)] as const;

/** Returns the content of one part of a brand. Null if the brand does not contain the part. */
export function partOf(content: BrandFileContent, { kind, name }: BrandPart): JsonObject | null {
  if (kind === 'brand') {
    const header = Object.entries(content).filter(([key]) => !NO_BODY_KEYS.some((other) => other === key));
    return asJson(Object.fromEntries(header));
  }
  const objects = content[SECTIONS[kind]] ?? {};
  const found = Object.getOwnPropertyDescriptor(objects, name)?.value as unknown;
  return found === undefined ? null : asJson(found);
}

/** Returns the content of a brand with one part replaced or added. */
export function withPart(content: BrandFileContent, { kind, name }: BrandPart, partContent: JsonObject): JsonObject {
  const whole = asJson(content);
  if (kind === 'brand') {
    const objects = Object.values(SECTIONS).map((section) => [section, whole[section] ?? {}] as const);
    return { ...partContent, brand: name, ...Object.fromEntries(objects) };
  }
  const section = SECTIONS[kind];
  const objects = whole[section];
  return { ...whole, [section]: { ...(isJsonObject(objects) ? objects : {}), [name]: partContent } };
}

/** Returns the path of a part in a brand file. */
export function pathOfPart({ kind, name }: BrandPart): FieldPath {
  return kind === 'brand' ? [] : [SECTIONS[kind], name];
}

/**
 * Returns the keys that the body of a brand must not contain. The parts under these keys have their own endpoints, so
 * the keys would be ignored.
 */
export function misplacedKeys({ kind }: BrandPart, partContent: JsonObject): readonly string[] {
  return kind === 'brand' ? NO_BODY_KEYS.filter((key) => Object.hasOwn(partContent, key)) : [];
}

/** Converts typed content to a JSON object. Throws a TypeError if the content is not JSON. */
export function asJson(content: unknown): JsonObject {
  if (isJson(content) && isJsonObject(content)) return content;
  throw new TypeError(
    'The content of the brand cannot be converted to JSON. Call asJson() only with values from a brand file.',
  );
}
