import { isJson, isJsonObject, type BrandPart, type JsonObject } from '@patchbay/core';
import type { BrandFileContent } from '../brand-file/brand-file-content.js';
import type { FieldPath } from '../field-path.js';

/** Where a brand's file has the objects of a kind. */
export const SECTIONS = {
  source: 'sources',
  destination: 'destinations',
  subscription: 'subscriptions',
} as const;

const NO_BODY_KEYS = ['brand', ...Object.values(SECTIONS)] as const;

/** What a brand's content says of one part; null where it does not know it. */
export function partOf(content: BrandFileContent, { kind, name }: BrandPart): JsonObject | null {
  if (kind === 'brand') {
    const header = Object.entries(content).filter(([key]) => !NO_BODY_KEYS.some((other) => other === key));
    return asJson(Object.fromEntries(header));
  }
  const objects = content[SECTIONS[kind]] ?? {};
  const found = Object.getOwnPropertyDescriptor(objects, name)?.value as unknown;
  return found === undefined ? null : asJson(found);
}

/** A brand's content in which one part says something else, or is new. */
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

/** Where a brand's file has a part. */
export function pathOfPart({ kind, name }: BrandPart): FieldPath {
  return kind === 'brand' ? [] : [SECTIONS[kind], name];
}

/** What a body must not say of a brand, since it has another place: nothing of it would be looked at. */
export function misplacedKeys({ kind }: BrandPart, partContent: JsonObject): readonly string[] {
  return kind === 'brand' ? NO_BODY_KEYS.filter((key) => Object.hasOwn(partContent, key)) : [];
}

/** Typed content as the JSON it is. */
export function asJson(content: unknown): JsonObject {
  if (isJson(content) && isJsonObject(content)) return content;
  throw new TypeError('The content of a brand is no JSON.');
}
