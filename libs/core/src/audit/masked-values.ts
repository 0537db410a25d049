import { isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';

/** What the audit log shows of a secret: that one was set, nothing else. */
export const SECRET = '••••';

const SECRET_NAME = /secret|token|passw|credential|auth|cookie|signature|key/i;

/** A secret as the audit log is told it. */
export function hidden(value: Json): Json {
  return value === null ? null : SECRET;
}

/**
 * Settings as the audit log is told them: addresses, names and numbers, and of everything inside a group only its shape.
 * The log cannot be mended afterwards, so what might be a secret is left out: texts under a name that sounds like one,
 * a URL's query and password, headers and bodies.
 */
export function toldSettings(settings: Json): Json {
  if (!isJsonObject(settings)) return settings;
  return mapValues(settings, (name, value) => {
    if (Array.isArray(value) || isJsonObject(value)) return shapeOf(value);
    return typeof value === 'string' ? toldText(name, value) : value;
  });
}

function toldText(name: string, text: string): string {
  if (SECRET_NAME.test(name)) return SECRET;
  if (!URL.canParse(text) || !/^https?:/i.test(text)) return text;
  const { origin, pathname, search, username, password } = new URL(text);
  const more = search === '' && username === '' && password === '' ? '' : `?${SECRET}`;
  return `${origin}${pathname}${more}`;
}

function shapeOf(value: Json): Json {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (isJsonObject(value)) return mapValues(value, (_name, child) => shapeOf(child));
  return typeof value === 'string' ? SECRET : value;
}

function mapValues(object: JsonObject, change: (name: string, value: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(name, value)]));
}
