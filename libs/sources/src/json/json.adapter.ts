import type { Json, JsonAdapterPaths, JsonObject, SourceAdapter } from '@patchbay/core';
import { GENERIC_PERSONAL_PATHS } from '../personal/generic-personal-paths.js';
import { plainRecipient } from '../personal/plain-recipient.js';
import { canonicalHash } from '../reading/canonical-hash.js';
import { distinctCustomers, eventTypeOf, identifierOf, isoMoment } from '../reading/values.js';
import { isObject, readerOf, unreadable, valueAt, type ElementReading } from '../reading/read-each.js';

const DEFAULT_PATHS = { id: 'id', type: 'type', occurredAt: 'occurredAt', customerId: 'customerId', data: 'data' };

/**
 * Adapter for any JSON. The source's `paths` locate an event's id, type, time, customers (one customer, or an array)
 * and data. If the id is missing, the hash of the body is the id. If the `data` path does not exist, the whole body is
 * the data.
 */
export const jsonAdapter: SourceAdapter = {
  name: 'json',
  readsPaths: true,
  read: (body, _headers, paths) => readerOf((element) => readElement(element, { ...DEFAULT_PATHS, ...paths }))(body),
  catalogue: () => [],
  personalPaths: () => ({ personal: GENERIC_PERSONAL_PATHS, safe: [] }),
  customerPaths: (paths) => customerPaths({ ...DEFAULT_PATHS, ...paths }),
  recipientOf: (_type, data) => plainRecipient(data),
};

/**
 * Returns the paths of the customer in the body and in the data. Both paths are needed, because the data may be the
 * whole body.
 */
function customerPaths({ customerId, data }: Required<JsonAdapterPaths>): readonly string[] {
  const ofBody = `data.${customerId}`;
  return customerId.startsWith(`${data}.`) ? [`data${customerId.slice(data.length)}`, ofBody] : [ofBody];
}

function readElement(element: Json, paths: Required<JsonAdapterPaths>): ElementReading {
  if (!isObject(element)) return unreadable('an event must be a JSON object');
  const at = (path: string): Json | undefined => valueAt(element, path.split('.'));
  const type = eventTypeOf(at(paths.type));
  if (type === null) return unreadable(`no event type of 1 to 200 characters at ${paths.type}`);
  const customers = at(paths.customerId);
  return {
    kind: 'event',
    event: {
      type,
      eventId: identifierOf(at(paths.id)) ?? canonicalHash(element),
      organisation: null,
      occurredAt: isoMoment(at(paths.occurredAt)),
      customerIds: distinctCustomers((Array.isArray(customers) ? customers : [customers]).map(identifierOf)),
      attributes: {},
      data: dataOf(element, at(paths.data)),
    },
  };
}

function dataOf(element: JsonObject, data: Json | undefined): JsonObject {
  if (data === undefined || data === null) return element;
  return isObject(data) ? data : { value: data };
}
