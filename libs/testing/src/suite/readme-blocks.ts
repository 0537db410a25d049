import { messageShapes } from '@patchbay/mapping';
import type { PluginGateway } from '@patchbay/plugin-host';
import { isJson, isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import { parseDocument } from 'yaml';
import type { Sandbox } from '../sandbox/sandbox.js';

/** Checks of a plugin's classes, as the hub makes them. */
export type ReadmeChecks = Pick<PluginGateway, 'checkCredentials' | 'checkSettings' | 'checkMessageShape'>;

/** Value of a secret that the sandbox does not have. */
const ANY_SECRET = 'sample-secret-0000000000000000000';

/**
 * Applies the YAML blocks of a plugin's README, as a brand would copy them. A block is checked if it declares a
 * destination of the plugin. A block with only `credentials`, `settings` or `mapping` is a part of such a destination.
 * @returns one line per problem; one line if no block declares a destination of the plugin
 */
export function readmeProblems(
  readme: string,
  type: string,
  checks: ReadmeChecks,
  { credentials, settings }: Pick<Sandbox, 'credentials' | 'settings'>,
): readonly string[] {
  const blocks = [...readme.matchAll(/^```ya?ml\n(.*?)^```/gms)].map(([, text]) => text ?? '');
  let destinations = 0;
  const checkDestination = (where: string, value: JsonObject): string[] => {
    const problems = [
      ...checks.checkCredentials(type, filled(value.credentials ?? {}, credentials)),
      ...checks.checkSettings(type, filled(value.settings ?? {}, settings)),
    ];
    return problems.map(({ field, message }) => `${where}: ${field} ${message}`);
  };
  const checkMapping = (where: string, mapping: JsonObject): string[] =>
    messageShapes(mapping).flatMap((shape) =>
      checks.checkMessageShape(type, shape).map(({ field, message }) => `${where}: ${field} ${message}`),
    );
  const problems = blocks.flatMap((text, index) => {
    const document = parseDocument(text);
    const content: unknown = document.errors.length === 0 ? document.toJS() : undefined;
    const block = isJson(content) && isJsonObject(content) ? content : undefined;
    const where = `YAML block ${String(index + 1)}`;
    if (block === undefined) return [`${where} is not valid YAML: ${document.errors[0]?.message ?? 'it is not a map'}`];
    const own = entriesOf(block.destinations).filter(([, value]) => value.type === type);
    destinations += own.length;
    const names = new Set(own.map(([name]) => name));
    return [
      ...own.flatMap(([name, value]) => checkDestination(`destinations.${name}`, value)),
      ...entriesOf(block.subscriptions)
        .filter(([, { destination }]) => typeof destination === 'string' && names.has(destination))
        .flatMap(([name, { mapping }]) =>
          isJsonObject(mapping) ? checkMapping(`subscriptions.${name}.mapping`, mapping) : [],
        ),
      ...(block.credentials !== undefined || block.settings !== undefined ? checkDestination(where, block) : []),
      ...(isJsonObject(block.mapping) ? checkMapping(where, block.mapping) : []),
    ];
  });
  return destinations > 0 ? problems : [...problems, `no YAML block has a destination with "type: ${type}"`];
}

function entriesOf(value: Json | undefined): readonly (readonly [string, JsonObject])[] {
  return Object.entries(isJsonObject(value) ? value : {}).filter((entry): entry is [string, JsonObject] =>
    isJsonObject(entry[1]),
  );
}

/** Returns a section of a destination, with the values of the sandbox in place of `${env:…}` and `${file:…}`. */
function filled(section: Json, sample: Json | undefined): JsonObject {
  const fill = (value: Json, own: Json | undefined): Json => {
    if (typeof value === 'string') return /\$\{(env|file):/.test(value) ? (own ?? ANY_SECRET) : value;
    if (Array.isArray(value))
      return value.map((entry, index) => fill(entry, Array.isArray(own) ? own[index] : undefined));
    if (!isJsonObject(value)) return value;
    const samples = isJsonObject(own) ? own : {};
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, fill(entry, samples[name])]));
  };
  const result = fill(section, sample);
  return isJsonObject(result) ? result : {};
}
