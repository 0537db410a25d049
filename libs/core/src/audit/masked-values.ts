import { isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';

/** Replacement of a secret in the audit log. */
export const MASK = '••••';

const SECRET_NAME = /secret|token|passw|credential|auth|cookie|signature|key/i;

/** Masks a secret for the audit log; null stays null. */
export function maskedSecret(value: Json): Json {
  return value === null ? null : MASK;
}

/**
 * Masks settings for the audit log. Addresses, names and numbers are kept; nested objects and arrays keep only their shape.
 * Log entries cannot be changed later, so every possible secret is masked. This includes texts whose name suggests a secret,
 * queries and passwords of URLs, headers and bodies.
 */
export function maskedSettings(settings: Json): Json {
  if (!isJsonObject(settings)) return settings;
  return mapValues(settings, (name, value) => {
    if (Array.isArray(value) || isJsonObject(value)) return shapeOf(value);
    return typeof value === 'string' ? maskedText(name, value) : value;
  });
}

function maskedText(name: string, text: string): string {
  if (SECRET_NAME.test(name)) return MASK;
  if (!URL.canParse(text) || !/^https?:/i.test(text)) return text;
  const { origin, pathname, search, username, password } = new URL(text);
  const masked = search === '' && username === '' && password === '' ? '' : `?${MASK}`;
  return `${origin}${pathname}${masked}`;
}

function shapeOf(value: Json): Json {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (isJsonObject(value)) return mapValues(value, (_name, child) => shapeOf(child));
  return typeof value === 'string' ? MASK : value;
}

function mapValues(object: JsonObject, change: (name: string, value: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(name, value)]));
}
