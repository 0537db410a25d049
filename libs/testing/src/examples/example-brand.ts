import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isJson, isJsonObject, type Json, type JsonObject } from '@patchbay/core';
import { parse } from 'yaml';

/** Folder of the examples. `src/examples` and `dist/examples` have the same depth in the repository. */
export const EXAMPLES = fileURLToPath(new URL('../../../../config/examples', import.meta.url));
/** Brand file that all example flows require. */
export const FRAME = join(EXAMPLES, 'brand.yaml');

/** Example that reports the status of every message. It has a destination of its own. */
export const MESSAGE_STATUS = join(EXAMPLES, 'message-status.yaml');

/** Names of the example flows: their file names without the extension. */
export const FLOWS = readdirSync(join(EXAMPLES, 'flows')).map((file) => basename(file, '.yaml'));

/** Returns the text of a flow's file. */
export function flowText(flow: string): string {
  return readFileSync(join(EXAMPLES, 'flows', `${flow}.yaml`), 'utf8');
}

/** Returns a brand file that contains these flows, with their mapping files inlined. */
export function exampleBrand(flows: readonly string[]): JsonObject {
  const subscriptions = flows.flatMap((flow) => Object.entries(objectAt(yaml(flowText(flow)), 'subscriptions')));
  const brand = yaml(readFileSync(FRAME, 'utf8'));
  return objectOf(withMappings({ ...brand, subscriptions: Object.fromEntries(subscriptions) }));
}

/** Returns the object under a key; throws if the value under the key is not an object. */
export function objectAt(value: JsonObject, key: string): JsonObject {
  return objectOf(value[key] ?? null);
}

/** Parses a YAML object; throws if the text is not a YAML object. */
export function yaml(text: string): JsonObject {
  const read: unknown = parse(text);
  if (!isJson(read)) throw new Error('An example is not valid JSON. Correct it in config/examples.');
  return objectOf(read);
}

function objectOf(value: Json): JsonObject {
  if (!isJsonObject(value))
    throw new Error('An example has a value that must be an object. Correct it in config/examples.');
  return value;
}

function withMappings(value: Json): Json {
  if (Array.isArray(value)) return value.map(withMappings);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      key === 'mapping' && typeof one === 'string'
        ? yaml(readFileSync(join(EXAMPLES, one), 'utf8'))
        : withMappings(one),
    ]),
  );
}
