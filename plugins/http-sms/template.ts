import { isJsonObject, type Json } from '@patchbay/plugin-sdk';

const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;
const NAME = /^(to|toDigits|toNational|body|deliveryId|callbackUrl|(secrets|extra)\.[A-Za-z0-9_-]{1,50})$/;

/**
 * Function that returns the value of a placeholder; undefined if the placeholder has no value. May throw a
 * DeliveryError.
 */
export type Values = (name: string) => string | undefined;

/** Returns the names in a template's placeholders, including unknown names. */
export function namesIn(template: string): readonly string[] {
  return [...template.matchAll(PLACEHOLDER)].map(([, name]) => (name ?? '').trim());
}

/** Returns true if everything that looks like a placeholder is a valid placeholder with a known name. */
export function isSound(template: string): boolean {
  return !/\{\{|\}\}/.test(template.replace(PLACEHOLDER, '')) && namesIn(template).every((name) => NAME.test(name));
}

/**
 * Replaces the placeholders of a text by their values, which `escape` escapes. Returns undefined if a value is missing,
 * because an incomplete text must not be sent.
 */
export function fill(template: string, values: Values, escape: (value: string) => string): string | undefined {
  if (namesIn(template).some((name) => values(name) === undefined)) return undefined;
  return template.replace(PLACEHOLDER, (_whole, name: string) => escape(values(name.trim()) ?? ''));
}

/** Replaces the placeholders in pairs of name and text. Pairs without a value are omitted. */
export function fillPairs(pairs: Readonly<Record<string, string>>, values: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(pairs).flatMap(([name, template]) => {
      const value = fill(template, values, asItIs);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Replaces the placeholders in the texts of a JSON value. Members and items without a value are omitted. */
export function fillJson(template: Json, values: Values): Json | undefined {
  if (typeof template === 'string') return fill(template, values, asItIs);
  if (Array.isArray(template)) {
    return template.map((item) => fillJson(item, values)).filter((item) => item !== undefined);
  }
  if (!isJsonObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).flatMap(([name, member]) => {
      const value = fillJson(member, values);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Returns every text of a JSON template with its path, which begins with `path`. */
export function textsIn(template: Json, path: string): readonly (readonly [path: string, text: string])[] {
  if (typeof template === 'string') return [[path, template]];
  if (typeof template !== 'object' || template === null) return [];
  return Object.entries(template).flatMap(([name, member]) => textsIn(member, `${path}.${name}`));
}

/** Returns a placeholder's value unchanged, for texts that are encoded later. */
function asItIs(value: string): string {
  return value;
}

/** Escapes a text for XML 1.0: five characters become entities, and forbidden control characters are removed. */
export function forXml(value: string): string {
  return value
    .replace(/[^\t\n\r\P{Cc}]|[\ufffe\uffff]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}
