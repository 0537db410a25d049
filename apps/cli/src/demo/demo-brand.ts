import { readBrandSource } from '@patchbay/config';
import type { Json, JsonObject } from '@patchbay/core';
import { isJsonObject, objectAt, textAt } from '../api/json-reading.js';
import { CliError } from '../cli-error.js';

/** What of a sandbox the brand's file needs to know. */
export interface DemoVendor {
  readonly type: string;
  readonly credentials: JsonObject;
  readonly settings: JsonObject;
}

/** What the demo needs to know of its brand's file. */
export interface DemoBrand {
  /** Destination → its type, in the order of the file. */
  readonly types: ReadonlyMap<string, string>;
  /** The environment variables that the file refers to, with the values that fit where they stand. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Stands for a variable while it is found out what its field holds. */
const MARK = /^<env (\w+)>$/;

/**
 * Finds a value for every `${env:…}` in the demo's file by where it stands: below a destination the sandbox of its type
 * knows it, in a source it is the token. So the file may name its variables, and use any type that has a sandbox.
 * @throws CliError naming the field, where the file is not right or there is no such value
 */
export function readDemoBrand(
  text: string,
  file: string,
  vendors: ReadonlyMap<string, DemoVendor>,
  sourceToken: string,
): DemoBrand {
  const source = readBrandSource(text, file, (_, name) => ({ value: `<env ${name}>` }));
  if (source.problems.length > 0) {
    throw new CliError("The demo's brand file is not right:", undefined, { problems: source.problems });
  }
  const content = isJsonObject(source.content) ? source.content : {};
  const variables = new Map<string, string>();
  for (const [, mark] of textsIn(objectAt(content, 'sources') ?? {})) {
    const name = MARK.exec(mark)?.[1];
    if (name !== undefined) variables.set(name, sourceToken);
  }
  const types = new Map<string, string>();
  for (const [name, value] of Object.entries(objectAt(content, 'destinations') ?? {})) {
    const destination = isJsonObject(value) ? value : {};
    const type = textAt(destination, 'type') ?? '';
    types.set(name, type);
    for (const [path, mark] of textsIn(destination)) {
      const variable = MARK.exec(mark)?.[1];
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
    vendor === undefined ? `there is no sandbox for the type ${type}` : 'the sandbox of its type has no such value';
  throw new CliError(`${path.join('.')} in the demo's brand file takes a value from the environment, but ${why}.`);
}

function child(value: Json | undefined, key: string): Json | undefined {
  if (Array.isArray(value)) return value[Number(key)];
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** All texts in a value and where they stand. */
function textsIn(value: Json, path: readonly string[] = []): [readonly string[], string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => textsIn(one, [...path, key]));
}
