import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isJson, isJsonObject, type Json, type JsonObject } from '@patchbay/core';
import { parse } from 'yaml';

/** Where the examples are: `src/examples` and `dist/examples` are equally deep in the repository. */
export const EXAMPLES = fileURLToPath(new URL('../../../../config/examples', import.meta.url));
/** The file of the brand that they take for granted. */
export const FRAME = join(EXAMPLES, 'brand.yaml');

/** The flows that there are, by the names of their files. */
export const FLOWS = readdirSync(join(EXAMPLES, 'flows')).map((file) => basename(file, '.yaml'));

/** The text of a flow's file. */
export function flowText(flow: string): string {
  return readFileSync(join(EXAMPLES, 'flows', `${flow}.yaml`), 'utf8');
}

/** A brand's file that takes over these flows, their mapping files within it. */
export function exampleBrand(flows: readonly string[]): JsonObject {
  const subscriptions = flows.flatMap((flow) => Object.entries(objectAt(yaml(flowText(flow)), 'subscriptions')));
  const brand = yaml(readFileSync(FRAME, 'utf8'));
  return objectOf(withMappings({ ...brand, subscriptions: Object.fromEntries(subscriptions) }));
}

/** The object under a key; throws where there is none. */
export function objectAt(value: JsonObject, key: string): JsonObject {
  return objectOf(value[key] ?? null);
}

/** What a YAML text says; throws where it is no object. */
export function yaml(text: string): JsonObject {
  const read: unknown = parse(text);
  if (!isJson(read)) throw new Error('An example is no JSON.');
  return objectOf(read);
}

function objectOf(value: Json): JsonObject {
  if (!isJsonObject(value)) throw new Error('An example has no object where one belongs.');
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
