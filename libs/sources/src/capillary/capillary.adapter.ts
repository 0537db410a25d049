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

/** Tracing metadata and the search key of the event log are the only attributes that may hold anything. */
const GENERIC_PATHS: readonly string[] = [
  ...GENERIC_PERSONAL_PATHS,
  'attributes.traceAttributes',
  'attributes.eventSearchKey',
];

/**
 * Capillary Event Notifications. Lenient by intent: the platform drops an event for good when it is refused, so all that names an
 * event type is read. An event type or a body that no page documents passes; only a body without an `eventName`, with one longer
 * than 200 characters, or nested deeper than 128 is unreadable.
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
  if (body === null) return unreadable('no eventName: neither flat nor in attributes, body, event.body or data');
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

/** Several documented events carry no eventId. Only what every wrapping has in common counts, and nothing a new attempt could change. */
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
