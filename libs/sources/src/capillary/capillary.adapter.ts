import type { Json, JsonObject, PersonalPaths, SourceAdapter } from '@patchbay/core';
import { GENERIC_PERSONAL_PATHS } from '../personal/generic-personal-paths.js';
import { canonicalHash } from '../reading/canonical-hash.js';
import { eventTypeOf, identifierOf, numberedIdentifierOf } from '../reading/identifier.js';
import { isoMoment } from '../reading/moment.js';
import { readEach, unreadable, type ElementReading } from '../reading/read-each.js';
import { CATALOGUE, DECLARED_PATHS, knownSpelling } from './catalogue/catalogue.js';
import { deletedCustomers } from './deletion.js';
import { splitEnvelope, canonicalKey, SAFE_ATTRIBUTES, unwrap } from './envelope.js';
import { customerIdsOf, PLATFORM_ID_PATHS } from './people.js';
import { capillaryRecipient } from './capillary-recipient.js';
import { REFERENCE_PATHS, referencesOf } from './references.js';

/** Attributes that may contain anything: tracing metadata and the search key of the event log. */
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
  read: (body) => readEach(body, readElement, canonicalKey),
  catalogue: () => CATALOGUE,
  personalPaths,
  recipientOf: (_type, data) => capillaryRecipient(data),
  referencesOf,
  referencePaths: REFERENCE_PATHS,
  deletedCustomers,
};

function readElement(element: Json): ElementReading {
  const body = unwrap(element);
  if (body === null)
    return unreadable('no eventName: neither at the top level nor in attributes, body, event.body or data');
  const type = eventTypeOf(body.eventName);
  if (type === null) return unreadable('eventName is empty or longer than 200 characters');
  const { attributes, data } = splitEnvelope(body);
  const organisation = numberedIdentifierOf(body.orgId);
  const knownType = knownSpelling(type);
  const occurredAt = isoMoment(body.createdAt ?? body.timeStamp);
  const createdAt = occurredAt === null ? identifierOf(body.createdAt) : null;
  return {
    kind: 'event',
    event: {
      type: knownType,
      eventId: identifierOf(body.eventId) ?? contentHash(knownType, organisation, body, data),
      organisation,
      occurredAt,
      customerIds: customerIdsOf(data),
      attributes: createdAt === null ? attributes : { ...attributes, createdAt },
      data,
    },
  };
}

/**
 * Hashes the content of an event, because several documented events have no eventId. Includes only the parts that are
 * the same in all wrappings and when Capillary sends the event again.
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
