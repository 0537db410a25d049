import { isJsonObject, type Json } from '@patchbay/plugin-sdk';

const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;
const NAME = /^(to|toDigits|toNational|body|deliveryId|callbackUrl|(secrets|extra)\.[A-Za-z0-9_-]{1,50})$/;

/** Where the value of a placeholder comes from; undefined where there is none. May throw a DeliveryError. */
export type Values = (name: string) => string | undefined;

/** The names in a template's placeholders, misspelt ones too. */
export function namesIn(template: string): readonly string[] {
  return [...template.matchAll(PLACEHOLDER)].map(([, name]) => (name ?? '').trim());
}

/** Whether all that looks like a placeholder is one, with a name that there is. */
export function isSound(template: string): boolean {
  return !/\{\{|\}\}/.test(template.replace(PLACEHOLDER, '')) && namesIn(template).every((name) => NAME.test(name));
}

/**
 * A text with its placeholders filled in, each value as `escape` writes it. Undefined where one of them has no value: half
 * a text would be worse than none.
 */
export function fill(template: string, values: Values, escape: (value: string) => string): string | undefined {
  if (namesIn(template).some((name) => values(name) === undefined)) return undefined;
  return template.replace(PLACEHOLDER, (_whole, name: string) => escape(values(name.trim()) ?? ''));
}

/** Pairs with their values filled in; pairs without a value are left out. */
export function fillPairs(pairs: Readonly<Record<string, string>>, values: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(pairs).flatMap(([name, template]) => {
      const value = fill(template, values, asItIs);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** JSON with its texts filled in; members and items without a value are left out. */
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

/** Every text of a JSON template with its path under `path`. */
export function textsIn(template: Json, path: string): readonly (readonly [path: string, text: string])[] {
  if (typeof template === 'string') return [[path, template]];
  if (typeof template !== 'object' || template === null) return [];
  return Object.entries(template).flatMap(([name, member]) => textsIn(member, `${path}.${name}`));
}

/** For texts that are encoded later. */
function asItIs(value: string): string {
  return value;
}

/** For XML 1.0: its five characters as entities, and without the control characters that it cannot hold. */
export function forXml(value: string): string {
  return value
    .replace(/[^\t\n\r\P{Cc}]|[\ufffe\uffff]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}
