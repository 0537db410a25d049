import { DeliveryError, isJsonObject, listed, objectOf, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import type { MedalliaSurveySettings } from './medallia-survey.dto.js';

/** Import path of each mode. The introspection of a feed contains the import path of the feed's mode. */
const IMPORT_PATHS = { sync: '/inbound/v1/', async: '/inbound/v2/async/' } as const;
const DEEPEST = 12;
/** Maximum number of names in an error. */
const MOST_NAMES = 20;

type Feed = Pick<MedalliaSurveySettings, 'feed' | 'mode' | 'keyField' | 'checkFields'>;

/** Returns the path below the API URL that accepts the feed's records. */
export function importPath({ feed, mode }: Feed): string {
  return IMPORT_PATHS[mode] + feed;
}

/** Returns the path below the API URL that describes the feed ("Introspection API"). */
export function introspectionPath({ feed }: Feed): string {
  return `/inbound/v2/${feed}`;
}

/** Returns the path, relative to the API URL, at which the outcome of a queued import can be read ("Feed File API"). */
export function feedFilePath(id: string): string {
  return `/inbound/v2/feedfiles/${encodeURIComponent(id)}`;
}

/** Returns the path, relative to the API URL, of the results of a feed file for each record ("Feed File API"). */
export function detailedResultsPath(id: string): string {
  return `${feedFilePath(id)}/detailed-results`;
}

/**
 * Returns the names of a feed's input fields: the properties of the object `input` at any depth of the feed's
 * introspection. Undefined if the introspection has no such object.
 */
export function inputFields(introspection: Json, levels = DEEPEST): readonly string[] | undefined {
  if (!isJsonObject(introspection) || levels === 0) return undefined;
  const { input } = introspection;
  if (isJsonObject(input) && isJsonObject(input.properties)) return Object.keys(input.properties);
  for (const child of Object.values(introspection)) {
    const found = inputFields(child, levels - 1);
    if (found) return found;
  }
  return undefined;
}

/** Returns the reason why a feed's introspection contradicts the settings; undefined if there is no contradiction. */
export function settingsProblem(introspection: Json, settings: Feed): string | undefined {
  const { feed, mode, keyField, checkFields } = settings;
  const paths = Object.keys(objectOf(objectOf(introspection).paths));
  const other = mode === 'sync' ? 'async' : 'sync';
  if (!paths.includes(importPath(settings)) && paths.includes(importPath({ ...settings, mode: other }))) {
    return `the feed "${feed}" is set up for ${other} imports; set "mode" to ${other}`;
  }
  const fields = checkFields ? inputFields(introspection) : undefined;
  if (fields === undefined || fields.includes(keyField)) return undefined;
  return `the feed "${feed}" has no field "${keyField}"; set "keyField" to the field that identifies its records`;
}

/**
 * Converts a mapped record to the form of a feed: every value as text, without empty values, with the key field.
 *
 * @param fields the feed's input fields; undefined if Medallia does not return them
 * @throws a `mapping` DeliveryError for a list or object, and for a field that the feed does not have
 */
export function feedRecord(
  record: JsonObject,
  key: string,
  { feed, keyField }: Feed,
  fields: readonly string[] | undefined,
): Record<string, string> {
  const texts = new Map<string, string>([[keyField, key]]);
  const nested: string[] = [];
  for (const [name, value] of Object.entries(record)) {
    if (typeof value === 'object' && value !== null) nested.push(name);
    else if (value !== null && String(value).trim() !== '') texts.set(name, String(value));
  }
  if (nested.length > 0) {
    throw new DeliveryError(
      'mapping',
      `The record was not sent, because a feed does not accept lists or objects: ${listed(nested, MOST_NAMES)}. Map each inner ` +
        'value to its own field.',
    );
  }
  const foreign = fields === undefined ? [] : [...texts.keys()].filter((name) => !fields.includes(name));
  if (foreign.length > 0) {
    throw new DeliveryError(
      'mapping',
      `The feed "${feed}" has no field ${listed(foreign, MOST_NAMES)}; it has ${listed(fields ?? [], MOST_NAMES)}. ` +
        `Correct the mapping of "record"${foreign.includes(keyField) ? ', or the setting "keyField"' : ''}.`,
    );
  }
  return Object.fromEntries(texts);
}
