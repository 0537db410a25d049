import type { Json, JsonObject, PersonalPaths, ReadResult, SafePath, SourceAdapter } from '@patchbay/core';
import { GENERIC_PERSONAL_PATHS } from '../personal/generic-personal-paths.js';
import { canonicalHash } from '../reading/canonical-hash.js';
import { asJson, isObject, unreadable, unreadableJson, type KeyNames } from '../reading/read-each.js';
import {
  cleanText,
  eventTypeOf,
  identifierOf,
  isoMoment,
  MAX_IDENTIFIER_LENGTH,
  numberedIdentifierOf,
} from '../reading/values.js';
import { CATALOGUE, DECLARED_PATHS, FIELD_NAMES, knownSpelling } from './catalogue/catalogue.js';
import { capillaryRecipient } from './capillary-recipient.js';
import { customerIdsOf, deletedCustomers, PLATFORM_ID_PATHS, subjectOf } from './people.js';
import { REFERENCE_PATHS, referencesOf } from './references.js';

/**
 * Maximum number of nested wrappings. For example, a request bin may contain an API answer that contains a log record.
 */
const MAX_WRAPPINGS = 5;

/** Names of the fields in the body of an event besides `data`. */
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
/** Names of fields that tracing adds, and that the log record around some printed samples adds. */
const RECORD_NAMES = ['traceAttributes', 'eventSearchKey', 'eventType', 'consumerGroupId', 'actionType', 'timeStamp'];
const ENVELOPE_NAMES: ReadonlySet<string> = new Set([...BODY_NAMES, ...RECORD_NAMES, 'data', 'attributes', 'body']);

/** Names of envelope fields that become event attributes: identifiers and tracing fields. */
const ATTRIBUTE_NAMES: ReadonlySet<string> = new Set([
  ...['refId', 'apiRequestId', 'loyaltyEventId', 'eventLogId', 'eventSearchKey', 'traceAttributes'],
  ...['eventType', 'consumerGroupId', 'actionType', 'timeStamp'],
]);

/** Attributes that a `pii-less` brand keeps. The platform assigns the values of all these attributes. */
const SAFE_ATTRIBUTES: readonly SafePath[] = [
  ...['refId', 'apiRequestId', 'loyaltyEventId', 'eventLogId', 'eventType', 'consumerGroupId', 'actionType'],
  ...['timeStamp', 'createdAt'],
].map((name) => ({ path: `attributes.${name}`, type: 'identifier' }));

/** Paths of attributes that may contain anything: tracing metadata and the search key of the event log. */
const GENERIC_PATHS: readonly string[] = [
  ...GENERIC_PERSONAL_PATHS,
  'attributes.traceAttributes',
  'attributes.eventSearchKey',
];

/**
 * Adapter for Capillary Event Notifications. It is lenient, because Capillary permanently drops an event that is
 * refused. Undocumented event types and bodies are accepted. A body is unreadable only if it has no `eventName`, if its
 * `eventName` is longer than 200 characters, or if it is nested deeper than 128 levels.
 */
export const capillaryAdapter: SourceAdapter = {
  name: 'capillary',
  read,
  catalogue: () => CATALOGUE,
  personalPaths,
  subjectOf,
  recipientOf: (_type, data) => capillaryRecipient(data),
  referencesOf,
  referencePaths: REFERENCE_PATHS,
  deletedCustomers,
};

/**
 * Rule for the keys of a body. Samples in Capillary's documentation have blanks around keys and, because of line breaks
 * in logs, within keys (`"or gId"`). Inner blanks are removed only if the result is a documented name, so that a
 * brand's own keys stay unchanged.
 */
const KEY_NAMES: KeyNames = {
  unusual: /\s/,
  nameOf: (key) => {
    const trimmed = key.trim();
    const closed = trimmed.replace(/\s+/g, '');
    const isKnown = ENVELOPE_NAMES.has(closed) || FIELD_NAMES.has(closed);
    return (isKnown ? closed : trimmed) || key;
  },
};

/** Reads a body with one event or an array of events. Nearly all events are valid JSON and not wrapped. */
function read(body: unknown): readonly ReadResult[] {
  const elements: readonly unknown[] = Array.isArray(body) ? body : [body];
  const results: ReadResult[] = [];
  for (const raw of elements) {
    const element = asJson(raw, KEY_NAMES);
    const flat = isObject(element) && typeof element.eventName === 'string' ? element : unwrap(element);
    const name = flat === null ? null : eventTypeOf(flat.eventName);
    if (flat === null || name === null) {
      results.push(refused(raw, element, flat));
      continue;
    }
    const type = DECLARED_PATHS.has(name) ? name : knownSpelling(name);
    const eventId = identifierOf(flat.eventId);
    const organisation = numberedIdentifierOf(flat.orgId);
    const createdAt = identifierOf(flat.createdAt);
    const { attributes, data } = splitEnvelope(flat, { eventId, orgId: organisation, createdAt });
    const occurredAt = isoMoment(flat.createdAt ?? flat.timeStamp);
    results.push({
      kind: 'event',
      event: {
        type,
        eventId: eventId ?? contentHash(type, organisation, flat, data),
        organisation,
        occurredAt,
        customerIds: customerIdsOf(data),
        attributes: occurredAt === null && createdAt !== null ? { ...attributes, createdAt } : attributes,
        data,
      },
    });
  }
  return results;
}

/** Returns the result for an element that has no valid `eventName`. */
function refused(raw: unknown, element: Json | null, flat: JsonObject | null): ReadResult {
  if (element === null) return { ...unreadableJson(raw), raw };
  if (flat !== null) return { ...unreadable('eventName is empty or longer than 200 characters'), raw };
  return { ...unreadable('no eventName: neither at the top level nor in attributes, body, event.body or data'), raw };
}

/**
 * Extracts the flat body of an event from every form in Capillary's documentation: not wrapped; in a log record with
 * `attributes`; in `body`; in `event.body` (captured by a request bin); in `data` of an API answer. Drops transport
 * details such as headers and errors.
 * @returns null if there is no `eventName`
 */
function unwrap(element: Json): JsonObject | null {
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

/**
 * Identifiers of a body for which the normalised event has its own fields. Null if an identifier is missing or invalid.
 */
interface OwnFields {
  readonly eventId: string | null;
  readonly orgId: string | null;
  readonly createdAt: string | null;
}

/**
 * Splits a flat body into attributes (identifiers of the envelope) and data. All other fields become data, so that the
 * privacy rules apply to them. These fields may contain anything, because brands can reshape bodies in Capillary.
 */
function splitEnvelope(
  body: JsonObject,
  { eventId, orgId, createdAt }: OwnFields,
): { readonly attributes: JsonObject; readonly data: JsonObject } {
  const attributes: JsonObject = {};
  const own = isObject(body.data) ? body.data : {};
  let data: Map<string, Json> | undefined;
  for (const [name, value] of Object.entries(body)) {
    if (value === null || name === 'eventName' || (name === 'data' && isObject(value))) continue;
    if ((name === 'eventId' && eventId !== null) || (name === 'orgId' && orgId !== null)) continue;
    if (name === 'createdAt' && createdAt !== null) continue;
    if (ATTRIBUTE_NAMES.has(name) && isAttribute(name, value)) {
      attributes[name] = typeof value === 'string' ? cleanText(value) : value;
    } else {
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

function freeName(taken: ReadonlyMap<string, Json>, name: string): string {
  return taken.has(name) ? freeName(taken, `envelope.${name}`) : name;
}

/**
 * Hashes the content of an event, because several documented events have no eventId. Includes only the parts of the
 * event that are the same in all wrappings, and when Capillary sends the event again.
 */
function contentHash(type: string, organisation: string | null, body: JsonObject, data: JsonObject): string {
  const { createdAt = null, refId = null, apiRequestId = null, loyaltyEventId = null, eventLogId = null } = body;
  return canonicalHash([type, organisation, createdAt, refId, apiRequestId, loyaltyEventId, eventLogId, data]);
}

function personalPaths(type: string): PersonalPaths {
  const { personal, safe, hashed, platformIds } = DECLARED_PATHS.get(type) ?? NOT_DECLARED;
  return {
    personal: [...personal, ...GENERIC_PATHS],
    safe: [...safe, ...SAFE_ATTRIBUTES],
    hashed,
    platformIds: [...new Set([...platformIds, ...PLATFORM_ID_PATHS])],
  };
}

const NOT_DECLARED: Required<PersonalPaths> = { personal: [], safe: [], hashed: [], platformIds: [] };
