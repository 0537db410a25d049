import { isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';

/** Stands for a secret in the audit log. */
export const MASK = '••••';

const SECRET_NAME = /secret|token|passw|credential|auth|cookie|signature|key/i;

/** Masks a secret for the audit log; null stays null. */
export function maskedSecret(value: Json): Json {
  return value === null ? null : MASK;
}

/**
 * Masks settings for the audit log: addresses, names and numbers stay, of a group only its shape.
 * The log cannot be changed afterwards, so whatever might be a secret is masked: texts under a name that sounds like one,
 * a URL's query and password, headers and bodies.
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
  const more = search === '' && username === '' && password === '' ? '' : `?${MASK}`;
  return `${origin}${pathname}${more}`;
}

function shapeOf(value: Json): Json {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (isJsonObject(value)) return mapValues(value, (_name, child) => shapeOf(child));
  return typeof value === 'string' ? MASK : value;
}

function mapValues(object: JsonObject, change: (name: string, value: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(name, value)]));
}
