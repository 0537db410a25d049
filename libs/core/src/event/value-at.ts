import type { Json, JsonObject } from '@patchbay/plugin-sdk';

/** Returns the value at a path of an event's data. @param path dotted path that begins with `data.` */
export function valueAt(data: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = data;
  for (const name of path.split('.').slice(1)) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    value = Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}
