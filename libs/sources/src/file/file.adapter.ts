import type { Json, SourceAdapter } from '@patchbay/core';
import { GENERIC_PERSONAL_PATHS } from '../personal/generic-personal-paths.js';
import { plainRecipient } from '../personal/plain-recipient.js';
import { canonicalHash } from '../reading/canonical-hash.js';
import { distinctCustomers, eventTypeOf, identifierOf, isoMoment } from '../reading/values.js';
import { isObject, readerOf, unreadable, type ElementReading } from '../reading/read-each.js';

/**
 * Adapter for the events that `files.event` makes from the rows of a file: `type`, `id`, `occurredAt`, `customerId` and
 * `data`. If the id is missing or empty, the hash of the event is the id. A time that is given must be readable, because
 * a row of the past must not become an event of today.
 */
export const fileAdapter: SourceAdapter = {
  name: 'file',
  read: (body) => readEach(body),
  catalogue: () => [],
  personalPaths: () => ({ personal: GENERIC_PERSONAL_PATHS, safe: [] }),
  recipientOf: (_type, data) => plainRecipient(data),
};

const readEach = readerOf(readElement);

function readElement(element: Json): ElementReading {
  if (!isObject(element)) return unreadable('an event must be a JSON object');
  const type = eventTypeOf(element.type);
  if (type === null) return unreadable('files.event makes no type of 1 to 200 characters');
  const occurredAt = isoMoment(element.occurredAt);
  if (occurredAt === null && identifierOf(element.occurredAt) !== null) {
    return unreadable('occurredAt is not ISO 8601 or a number of seconds or milliseconds');
  }
  const { customerId: customers, data } = element;
  return {
    kind: 'event',
    event: {
      type,
      eventId: identifierOf(element.id) ?? canonicalHash(element),
      organisation: null,
      occurredAt,
      customerIds: distinctCustomers((Array.isArray(customers) ? customers : [customers]).map(identifierOf)),
      attributes: {},
      data: isObject(data) ? data : data === undefined || data === null ? {} : { value: data },
    },
  };
}
