import { DeliveryError, isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import type { MedalliaSurveySettings } from './medallia-survey.dto.js';

/** Where each mode imports. A feed's introspection names the one that it is set up for. */
const IMPORT_PATHS = { sync: '/inbound/v1/', async: '/inbound/v2/async/' } as const;
const DEEPEST = 12;

type Feed = Pick<MedalliaSurveySettings, 'feed' | 'mode' | 'keyField' | 'checkFields'>;

/** The path below the API URL that takes the feed's records. */
export function importPath({ feed, mode }: Feed): string {
  return IMPORT_PATHS[mode] + feed;
}

/** The path below the API URL that describes the feed ("Introspection API"). */
export function introspectionPath({ feed }: Feed): string {
  return `/inbound/v2/${feed}`;
}

/** The path below the API URL that tells what became of a queued import ("Feed File API"). */
export function feedFilePath(id: string): string {
  return `/inbound/v2/feedfiles/${encodeURIComponent(id)}`;
}

/** How far Medallia has come with a feed file (the schema `FeedFileSummary`); it holds one record. */
export function feedFileState(file: JsonObject): 'pending' | 'done' | 'rejected' | 'unknown' {
  const { status, stats } = file;
  if (status === 'QUEUED' || status === 'PROCESSING') return 'pending';
  if (status === 'ERROR') return 'rejected';
  if (status !== 'COMPLETED_PENDING_RESULTS' && status !== 'COMPLETED_RESULTS_READY') return 'unknown';
  const records = stats !== undefined && isJsonObject(stats) ? stats.records : undefined;
  const discarded = records !== undefined && isJsonObject(records) ? records.discarded_count : undefined;
  if (typeof discarded !== 'number') return status === 'COMPLETED_PENDING_RESULTS' ? 'pending' : 'unknown';
  return discarded > 0 ? 'rejected' : 'done';
}

/**
 * The names of a feed's input fields, out of its introspection: the properties of the object `input`, wherever in the
 * document it stands. Undefined where there is none.
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

/** Why a feed's introspection does not go with the settings; undefined where it does, or does not tell. */
export function settingsProblem(introspection: Json, settings: Feed): string | undefined {
  const { feed, mode, keyField, checkFields } = settings;
  const paths =
    isJsonObject(introspection) && isJsonObject(introspection.paths) ? Object.keys(introspection.paths) : [];
  const other = mode === 'sync' ? 'async' : 'sync';
  if (!paths.includes(importPath(settings)) && paths.includes(importPath({ ...settings, mode: other }))) {
    return `the feed "${feed}" is set up for ${other} imports; set "mode" to ${other}`;
  }
  const fields = checkFields ? inputFields(introspection) : undefined;
  if (fields === undefined || fields.includes(keyField)) return undefined;
  return `the feed "${feed}" has no field "${keyField}"; set "keyField" to the one that tells its records apart`;
}

/**
 * A mapped record as a feed takes it: every value a text, the empty ones left out, the key field filled in.
 *
 * @param fields the feed's input fields; undefined where Medallia does not tell
 * @throws a `mapping` DeliveryError for a value that is no plain one and for a field that the feed does not have
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
      `A feed takes plain values, and these are lists or objects: ${listed(nested)}. Map them one by one.`,
    );
  }
  const foreign = fields === undefined ? [] : [...texts.keys()].filter((name) => !fields.includes(name));
  if (foreign.length > 0) {
    throw new DeliveryError(
      'mapping',
      `The feed "${feed}" has no field ${listed(foreign)}; it has ${listed(fields ?? [])}. ` +
        `Correct the mapping of "record"${foreign.includes(keyField) ? ', or the setting "keyField"' : ''}.`,
    );
  }
  return Object.fromEntries(texts);
}

/** At most twenty names, because a message is for reading. */
function listed(names: readonly string[]): string {
  const rest = names.length - 20;
  return names.slice(0, 20).join(', ') + (rest > 0 ? ` and ${String(rest)} more` : '');
}
