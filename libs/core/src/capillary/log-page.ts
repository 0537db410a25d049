import { isJsonObject, parseJson, textOf, type Json } from '@patchbay/plugin-sdk';
import type { CapillaryLogSpec } from '../configuration/lookups.js';
import { hashedUuid } from '../ids.js';

/** Position in a log, from which a check continues. */
export interface LogPosition {
  /** Number or cursor of the next page. Null for the first page. */
  readonly next: string | null;
  /** Hash of the ids of the last page, which shows if Capillary returned the same page again. Null at the start. */
  readonly lastPage: string | null;
}

/** Beginning of a log. */
export const LOG_START: LogPosition = { next: null, lastPage: null };

/** Entry of a log. */
export interface LogEntry {
  readonly id: Json;
  readonly type: Json;
  readonly time: Json | undefined;
  readonly status: string | undefined;
  /** Whole event. Undefined if the entry does not contain it. */
  readonly payload: Json | undefined;
}

/** Page of a log. */
export interface LogPage {
  readonly entries: readonly LogEntry[];
  /** Number of entries without an id or a type. */
  readonly unreadable: number;
  /** Position after the page. Null if this is the last page. */
  readonly after: LogPosition | null;
}

/** Answer of Capillary that does not match `platform.capillary.logs`. The message contains no value of the answer. */
export class LogFormatError extends Error {}

const SECTION = 'platform.capillary.logs';
/** Longest stored cursor, in characters. */
const MAX_CURSOR = 4_096;

/**
 * Returns the query of a page.
 * @param from first millisecond since the epoch
 * @param to millisecond after the last one
 */
export function logQuery(
  { paging, size, range }: CapillaryLogSpec,
  from: number,
  to: number,
  { next }: LogPosition,
): Readonly<Record<string, string>> {
  const page = next ?? (paging.kind === 'page' ? String(paging.first) : undefined);
  return {
    ...(range === undefined ? {} : { [range.from]: String(from), [range.to]: String(to) }),
    ...(size === undefined ? {} : { [size.parameter]: String(size.entries) }),
    ...(page === undefined ? {} : { [paging.parameter]: page }),
  };
}

/**
 * Reads a page of a log.
 * @throws LogFormatError if the answer has no list, if no entry can be read, or if Capillary returned the last page again
 */
export function readLogPage(spec: CapillaryLogSpec, position: LogPosition, body: Json): LogPage {
  const { entries: path, fields } = spec;
  const list = path === undefined ? body : valueAt(body, path);
  if (!Array.isArray(list)) {
    throw new LogFormatError(
      path === undefined
        ? `The answer of Capillary's log is not a list. Set ${SECTION}.entries to the path of the list.`
        : `The answer of Capillary's log has no list at ${path}. Correct ${SECTION}.entries.`,
    );
  }
  const entries = list.flatMap((one) => entryOf(fields, one) ?? []);
  if (entries.length === 0 && list.length > 0) {
    throw new LogFormatError(
      `No entry of Capillary's log has an id at ${fields.id} and a type at ${fields.type}. Correct ${SECTION}.fields.`,
    );
  }
  const lastPage = entries.length === 0 ? null : hashedUuid(entries.map(({ id }) => id));
  if (lastPage !== null && lastPage === position.lastPage) {
    const { paging } = spec;
    throw new LogFormatError(
      `Capillary returned the same page of the log twice. Correct ${SECTION}.${paging.kind}, whose parameter is ` +
        `${paging.parameter}.`,
    );
  }
  const next = nextPage(spec, position, body, list.length === 0);
  const after = next === null ? null : { next, lastPage };
  return { entries, unreadable: list.length - entries.length, after };
}

/** Returns the event of an entry as the log record that the adapter reads, which has no content. */
export function recordOf({ id, type, time = null }: LogEntry): Json {
  return { eventId: id, eventType: type, timeStamp: time, attributes: {} };
}

function entryOf({ id, type, time, status, payload }: CapillaryLogSpec['fields'], entry: Json): LogEntry | undefined {
  const [idValue, typeValue] = [valueAt(entry, id), valueAt(entry, type)];
  if (!isText(idValue) || !isText(typeValue)) return undefined;
  const event = payload === undefined ? undefined : valueAt(entry, payload);
  return {
    id: idValue,
    type: typeValue,
    time: time === undefined ? undefined : valueAt(entry, time),
    status: status === undefined ? undefined : statusOf(valueAt(entry, status)),
    payload: typeof event === 'string' ? parseJson(event) : event,
  };
}

function isText(value: Json | undefined): value is string | number {
  return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
}

function statusOf(value: Json | undefined): string | undefined {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : textOf(value);
}

function nextPage({ paging }: CapillaryLogSpec, { next }: LogPosition, body: Json, isEmpty: boolean): string | null {
  // A page may be shorter than requested, so only an empty page is certainly the end.
  if (paging.kind === 'page') return isEmpty ? null : String(Number(next ?? paging.first) + 1);
  const cursor = valueAt(body, paging.next);
  const text = typeof cursor === 'number' ? String(cursor) : textOf(cursor);
  if (text === undefined || (isEmpty && text === next)) return null;
  if (text.length > MAX_CURSOR) {
    throw new LogFormatError(
      `The cursor of Capillary's log is longer than ${MAX_CURSOR} characters. Correct ${SECTION}.cursor.next.`,
    );
  }
  return text;
}

/** Returns the value at a dotted path. Undefined if there is none. */
function valueAt(value: Json | undefined, path: string): Json | undefined {
  let current = value;
  for (const segment of path.split('.')) {
    if (Array.isArray(current)) current = current[Number(segment)];
    else if (isJsonObject(current) && Object.hasOwn(current, segment)) current = current[segment];
    else return undefined;
  }
  return current;
}
