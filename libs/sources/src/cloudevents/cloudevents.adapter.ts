import type { Json, JsonObject, ReadResult, SafePath, SourceAdapter } from '@patchbay/core';
import { GENERIC_PERSONAL_PATHS } from '../personal/generic-personal-paths.js';
import { plainRecipient } from '../personal/plain-recipient.js';
import { canonicalHash } from '../reading/canonical-hash.js';
import { distinctCustomers, eventTypeOf, identifierOf, isoMoment } from '../reading/values.js';
import { asJson, isObject, readerOf, unreadable, type ElementReading } from '../reading/read-each.js';

/** Attributes that the specification names. Any other attribute is an extension and may contain anything. */
const NAMED = ['specversion', 'source', 'subject', 'datacontenttype', 'dataschema'];
const CONTENT = ['id', 'type', 'time', 'data', 'data_base64'];
const SAFE_ATTRIBUTES: readonly SafePath[] = NAMED.map((name) => ({
  path: `attributes.${name}`,
  type: name === 'specversion' || name === 'datacontenttype' ? 'word' : 'foreignIdentifier',
}));

/**
 * Adapter for CloudEvents 1.0 over HTTP: structured, batched, and binary by `ce-*` headers. Duplicates are detected by
 * `source` and `id`, as the specification requires, so `source` becomes `organisation`. The customer is `subject`, or
 * `data.customerId` if `subject` is missing.
 */
export const cloudEventsAdapter: SourceAdapter = {
  name: 'cloudevents',
  read,
  isOneEvent: isBinary,
  catalogue: () => [],
  personalPaths: () => ({ personal: [...GENERIC_PERSONAL_PATHS, 'attributes.extensions'], safe: SAFE_ATTRIBUTES }),
  customerPaths: () => ['data.customerId'],
  recipientOf: (_type, data) => plainRecipient(data),
};

const readEach = readerOf(readElement);

function read(body: unknown, headers: Readonly<Record<string, string>>): readonly ReadResult[] {
  const binary = attributesOf(headers);
  if (binary === null) return readEach(body);
  // In binary mode, the whole body is the data of one event, even if the body is an array.
  return readEach([{ ...binary, data: body }]).map((result) =>
    result.kind === 'event' ? result : { ...result, raw: body },
  );
}

function isBinary(headers: Readonly<Record<string, string>>): boolean {
  return headers['ce-type'] !== undefined && !/^application\/cloudevents/i.test(headers['content-type'] ?? '');
}

/**
 * Returns the attributes of an event in binary mode, from percent-encoded `ce-` headers. Null if the request uses
 * another mode.
 */
function attributesOf(headers: Readonly<Record<string, string>>): JsonObject | null {
  if (!isBinary(headers)) return null;
  const contentType = headers['content-type'] ?? '';
  const entries = Object.entries(headers).filter(
    (header): header is [string, string] => header[0].startsWith('ce-') && typeof header[1] === 'string',
  );
  const attributes = entries.map(([name, value]): [string, Json] => [name.slice('ce-'.length), percentDecoded(value)]);
  if (contentType !== '') attributes.push(['datacontenttype', contentType]);
  return Object.fromEntries(attributes);
}

function percentDecoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function readElement(element: Json): ElementReading {
  if (!isObject(element)) return unreadable('a CloudEvent must be a JSON object');
  const type = eventTypeOf(element.type);
  if (type === null) return unreadable('the CloudEvent has no type, or a type longer than 200 characters');
  const data = dataOf(element);
  return {
    kind: 'event',
    event: {
      type,
      eventId: identifierOf(element.id) ?? canonicalHash(element),
      organisation: identifierOf(element.source),
      occurredAt: isoMoment(element.time),
      customerIds: distinctCustomers([identifierOf(element.subject) ?? identifierOf(data.customerId)]),
      attributes: attributesFrom(element),
      data,
    },
  };
}

/** Returns `data` as an object. Wraps any other value under `value`. */
function dataOf(element: JsonObject): JsonObject {
  const data = element.data ?? decoded(element.data_base64);
  if (data === undefined || data === null) return {};
  return isObject(data) ? data : { value: data };
}

/** Decodes base64 to JSON. Returns other content unchanged. */
function decoded(base64: Json | undefined): Json | undefined {
  if (typeof base64 !== 'string') return undefined;
  try {
    return asJson(JSON.parse(Buffer.from(base64, 'base64').toString('utf8'))) ?? base64;
  } catch {
    return base64;
  }
}

function attributesFrom(element: JsonObject): JsonObject {
  const attributes: JsonObject = {};
  const extensions: [string, Json][] = [];
  for (const [name, value] of Object.entries(element)) {
    if (NAMED.includes(name)) attributes[name] = identifierOf(value);
    else if (!CONTENT.includes(name)) extensions.push([name, value]);
  }
  return extensions.length === 0 ? attributes : { ...attributes, extensions: Object.fromEntries(extensions) };
}
