import type { Json, JsonObject, SafePath } from '@patchbay/core';
import { cleanText, identifierOf, MAX_IDENTIFIER_LENGTH } from '../reading/identifier.js';
import { isObject } from '../reading/as-json.js';
import { FIELD_NAMES } from './catalogue/catalogue.js';

/** Wrappings nest at most this deep: a request bin's capture of an API answer of a log record. */
const MAX_WRAPPINGS = 5;

/** What the body itself carries besides `data`. */
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
/** What tracing, and the log record around some printed samples, add. */
const RECORD_NAMES = ['traceAttributes', 'eventSearchKey', 'eventType', 'consumerGroupId', 'actionType', 'timeStamp'];
const ENVELOPE_NAMES: ReadonlySet<string> = new Set([...BODY_NAMES, ...RECORD_NAMES, 'data', 'attributes', 'body']);

/** Envelope fields that become attributes of the event: identifiers, and what tracing adds. */
const ATTRIBUTE_NAMES: ReadonlySet<string> = new Set([
  ...['refId', 'apiRequestId', 'loyaltyEventId', 'eventLogId', 'eventSearchKey', 'traceAttributes'],
  ...['eventType', 'consumerGroupId', 'actionType', 'timeStamp'],
]);

/** The attributes that a `pii-less` brand keeps, all assigned by the platform. */
export const SAFE_ATTRIBUTES: readonly SafePath[] = [
  ...['refId', 'apiRequestId', 'loyaltyEventId', 'eventLogId', 'eventType', 'consumerGroupId', 'actionType'],
  ...['timeStamp', 'createdAt'],
].map((name) => ({ path: `attributes.${name}`, type: 'identifier' }));

/**
 * A key as it was meant. Printed samples carry blanks around keys and, from line-wrapped logs, within them (`"or gId"`); the
 * latter are closed up only where that makes a name the documentation knows, so that a brand's own keys stay as they are.
 */
export function canonicalKey(key: string): string {
  if (!/\s/.test(key)) return key;
  const trimmed = key.trim();
  const closed = trimmed.replace(/\s+/g, '');
  const isKnown = ENVELOPE_NAMES.has(closed) || FIELD_NAMES.has(closed);
  return (isKnown ? closed : trimmed) || key;
}

/**
 * The flat body out of any of the wrappings that Capillary's documentation prints: flat; a log record with `attributes`; `body`;
 * `event.body` (a request bin's capture); `data` of an API answer. Transport details around it (headers, errors) are left behind.
 * @returns null where no `eventName` is found
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

/** `150698_customerAdded` or `customerAdded`. */
function splitEventType(eventType: Json | undefined): { type?: string; organisation?: string } {
  if (typeof eventType !== 'string') return {};
  const parts = /^(\d+)_(.+)$/s.exec(eventType.trim());
  const [, organisation, type] = parts ?? [];
  return organisation === undefined || type === undefined ? { type: eventType } : { type, organisation };
}

/** What an unwrapped body divides into. */
export interface EnvelopeParts {
  readonly attributes: JsonObject;
  readonly data: JsonObject;
}

/**
 * Divides a flat body into attributes (identifiers of the envelope) and data. Whatever else stands in the body belongs to the data:
 * brands may have Capillary reshape bodies at will, so it may be anything, and must not slip past the rules for personal data.
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

/** Whether a field of the envelope has a place of its own in the normalised event. */
function isRead(name: string, value: Json): boolean {
  if (name === 'eventName') return true;
  return ['eventId', 'orgId', 'createdAt'].includes(name) && identifierOf(value) !== null;
}

function freeName(taken: ReadonlyMap<string, Json>, name: string): string {
  return taken.has(name) ? freeName(taken, `envelope.${name}`) : name;
}
