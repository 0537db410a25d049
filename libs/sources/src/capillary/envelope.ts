import type { Json, JsonObject, SafePath } from '@patchbay/core';
import { cleanText, identifierOf, MAX_IDENTIFIER_LENGTH } from '../reading/identifier.js';
import { isObject } from '../reading/as-json.js';
import { FIELD_NAMES } from './catalogue/catalogue.js';

/**
 * Maximum number of nested wrappings. For example, a request bin may contain an API answer that contains a log record.
 */
const MAX_WRAPPINGS = 5;

/** Fields of the body besides `data`. */
const BODY_NAMES = [
  'eventName',
  'eventId',
  'orgId',
  'refId',
  'apiRequestId',
  'createdAt',
  'loyaltyEventId',
  'eventLogId',
];
/** Fields added by tracing, and by the log record around some printed samples. */
const RECORD_NAMES = ['traceAttributes', 'eventSearchKey', 'eventType', 'consumerGroupId', 'actionType', 'timeStamp'];
const ENVELOPE_NAMES: ReadonlySet<string> = new Set([...BODY_NAMES, ...RECORD_NAMES, 'data', 'attributes', 'body']);

/** Envelope fields that become event attributes: identifiers and tracing fields. */
const ATTRIBUTE_NAMES: ReadonlySet<string> = new Set([
  ...['refId', 'apiRequestId', 'loyaltyEventId', 'eventLogId', 'eventSearchKey', 'traceAttributes'],
  ...['eventType', 'consumerGroupId', 'actionType', 'timeStamp'],
]);

/** Attributes that a `pii-less` brand keeps, all assigned by the platform. */
export const SAFE_ATTRIBUTES: readonly SafePath[] = [
  ...['refId', 'apiRequestId', 'loyaltyEventId', 'eventLogId', 'eventType', 'consumerGroupId', 'actionType'],
  ...['timeStamp', 'createdAt'],
].map((name) => ({ path: `attributes.${name}`, type: 'identifier' }));

/**
 * Normalises a key. Samples in the documentation have blanks around keys and, because of line breaks in logs, within
 * keys (`"or gId"`). Inner blanks are removed only if the result is a documented name, so that a brand's own keys stay
 * unchanged.
 */
export function canonicalKey(key: string): string {
  if (!/\s/.test(key)) return key;
  const trimmed = key.trim();
  const closed = trimmed.replace(/\s+/g, '');
  const isKnown = ENVELOPE_NAMES.has(closed) || FIELD_NAMES.has(closed);
  return (isKnown ? closed : trimmed) || key;
}

/**
 * Extracts the flat body from every form in Capillary's documentation: not wrapped; in a log record with `attributes`;
 * in `body`; in `event.body` (captured by a request bin); in `data` of an API answer. Drops transport details such as
 * headers and errors.
 * @returns null if there is no `eventName`
 */
export function unwrap(element: Json): JsonObject | null {
  let current: Json | undefined = element;
  for (let step = 0; step <= MAX_WRAPPINGS && isObject(current); step++) {
    if (typeof current.eventName === 'string') return current;
    if (isObject(current.attributes)) return fromLogRecord(current, current.attributes);
    current = [current.body, current.event, current.data].find(isObject);
  }
  return null;
}

function fromLogRecord({ attributes: _, ...record }: JsonObject, attributes: JsonObject): JsonObject | null {
  const { type, organisation } = splitEventType(record.eventType);
  const eventName = typeof attributes.eventName === 'string' ? attributes.eventName : type;
  if (eventName === undefined) return null;
  const orgId = attributes.orgId ?? record.orgId ?? organisation ?? null;
  const eventId = attributes.eventId ?? record.eventId ?? null;
  return { ...record, ...attributes, eventName, eventId, orgId };
}

/** Splits `150698_customerAdded` or `customerAdded` into organisation and type. */
function splitEventType(eventType: Json | undefined): { type?: string; organisation?: string } {
  if (typeof eventType !== 'string') return {};
  const parts = /^(\d+)_(.+)$/s.exec(eventType.trim());
  const [, organisation, type] = parts ?? [];
  return organisation === undefined || type === undefined ? { type: eventType } : { type, organisation };
}

/** Parts of an unwrapped body. */
export interface EnvelopeParts {
  readonly attributes: JsonObject;
  readonly data: JsonObject;
}

/**
 * Splits a flat body into attributes (identifiers of the envelope) and data. All other fields become data, so that the
 * privacy rules apply to them. Brands can reshape bodies in Capillary, so these fields may contain anything.
 */
export function splitEnvelope(body: JsonObject): EnvelopeParts {
  const attributes: JsonObject = {};
  const own = isObject(body.data) ? body.data : {};
  let data: Map<string, Json> | undefined;
  for (const [name, value] of Object.entries(body)) {
    if (value === null || (name === 'data' && isObject(value))) continue;
    if (ATTRIBUTE_NAMES.has(name) && isAttribute(name, value)) {
      attributes[name] = typeof value === 'string' ? cleanText(value) : value;
    } else if (!isRead(name, value)) {
      data ??= new Map(Object.entries(own));
      data.set(freeName(data, name), value);
    }
  }
  return { attributes, data: data === undefined ? own : Object.fromEntries(data) };
}

function isAttribute(name: string, value: Json): boolean {
  if (name === 'traceAttributes') return isObject(value);
  return typeof value === 'number' || (typeof value === 'string' && value.length <= MAX_IDENTIFIER_LENGTH);
}

/** Returns true if the normalised event has its own field for this envelope field. */
function isRead(name: string, value: Json): boolean {
  if (name === 'eventName') return true;
  return ['eventId', 'orgId', 'createdAt'].includes(name) && identifierOf(value) !== null;
}

function freeName(taken: ReadonlyMap<string, Json>, name: string): string {
  return taken.has(name) ? freeName(taken, `envelope.${name}`) : name;
}
