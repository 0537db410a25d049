import { readBrandSource } from '@patchbay/config';
import type { Json, JsonObject } from '@patchbay/core';
import { isJsonObject, objectAt, textAt } from '../api/json-reading.js';
import { CliError } from '../cli-error.js';

/** Credentials and settings of a sandbox. */
export interface DemoVendor {
  readonly type: string;
  readonly credentials: JsonObject;
  readonly settings: JsonObject;
}

/** Destination types and environment variables of the demo's brand file. */
export interface DemoBrand {
  /** Destination type by destination name, in the order of the file. */
  readonly types: ReadonlyMap<string, string>;
  /** Values of the environment variables that the file refers to. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Placeholder for the value of a variable that is not found yet. */
const PLACEHOLDER = /^<env (\w+)>$/;

/**
 * Finds a value for every `${env:…}` in the demo's brand file. In a destination, the value comes from the sandbox of
 * the destination's type; in a source, the value is the token. The file may therefore use any variable name, and any
 * destination type with a sandbox.
 * @throws CliError that names the field, if the file is invalid or no value exists
 */
export function readDemoBrand(
  text: string,
  file: string,
  vendors: ReadonlyMap<string, DemoVendor>,
  sourceToken: string,
): DemoBrand {
  const source = readBrandSource(text, file, (_, name) => ({ value: `<env ${name}>` }));
  if (source.problems.length > 0) {
    throw new CliError(`The brand file of the demo is invalid:`, 'Fix config/brands/demo.yaml.', {
      problems: source.problems,
    });
  }
  const content = isJsonObject(source.content) ? source.content : {};
  const variables = new Map<string, string>();
  for (const [, value] of textsIn(objectAt(content, 'sources') ?? {})) {
    const name = PLACEHOLDER.exec(value)?.[1];
    if (name !== undefined) variables.set(name, sourceToken);
  }
  const types = new Map<string, string>();
  for (const [name, value] of Object.entries(objectAt(content, 'destinations') ?? {})) {
    const destination = isJsonObject(value) ? value : {};
    const type = textAt(destination, 'type') ?? '';
    types.set(name, type);
    for (const [path, field] of textsIn(destination)) {
      const variable = PLACEHOLDER.exec(field)?.[1];
      if (variable !== undefined) variables.set(variable, vendorValue(vendors, type, ['destinations', name, ...path]));
    }
  }
  return { types, variables: Object.fromEntries(variables) };
}

function vendorValue(vendors: ReadonlyMap<string, DemoVendor>, type: string, path: readonly string[]): string {
  const vendor = vendors.get(type);
  const { credentials, settings } = vendor ?? {};
  const found = path
    .slice(2)
    .reduce<Json | undefined>(child, { credentials: credentials ?? {}, settings: settings ?? {} });
  if (typeof found === 'string' || typeof found === 'number') return String(found);
  const why =
    vendor === undefined ? `there is no sandbox for the type ${type}` : 'the sandbox of its type has no such field';
  throw new CliError(
    `${path.join('.')} in config/brands/demo.yaml refers to an environment variable, but ${why}.`,
    'Write a literal value, or use a destination type whose sandbox has this field.',
  );
}

function child(value: Json | undefined, key: string): Json | undefined {
  if (Array.isArray(value)) return value[Number(key)];
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Lists all strings in a value with their paths. */
function textsIn(value: Json, path: readonly string[] = []): [readonly string[], string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => textsIn(one, [...path, key]));
}
