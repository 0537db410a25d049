import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@patchbay/plugin-sdk';
import type { PrivacyPolicy } from '../configuration/brand-definition.js';
import { identifierHash } from '../event/personal-identifier.js';
import type { SourceAdapter } from '../event/source-adapter.port.js';
import { customerHash } from '../erasure/erasure.js';
import { uuidV7 } from '../ids.js';
import {
  brandRecord,
  configurationRecords,
  plainVault,
  simpleAdapter,
  sourceRecord,
  subscriptionRecord,
} from '../testing/configuration-builder.js';
import type { NewEvent } from './event-store.port.js';
import { prepareEvent, erasedEvent } from './prepare-event.js';
import { compiledBrand } from '../testing/loaded-store.js';

const NOW = 1_795_544_400_000;

/** Adapter whose events of the type `gone` are deletion events. */
const adapter: SourceAdapter = {
  ...simpleAdapter,
  deletedCustomers: ({ type, customerIds }) => (type === 'gone' ? customerIds.slice(0, 1) : []),
};

interface Sent {
  readonly occurredAt?: string | null;
  readonly customerIds?: readonly string[];
  readonly eventId?: string;
  readonly privacy?: Partial<PrivacyPolicy>;
  readonly data?: JsonObject;
  /** Template of the source. */
  readonly customer?: string;
}

function prepared(type: string, sent: Sent = {}): NewEvent {
  const { occurredAt = null, customerIds = ['7', '8'], eventId = '1', privacy = {}, data = {}, customer } = sent;
  const records = configurationRecords({
    brands: [brandRecord(privacy)],
    sources: [{ ...sourceRecord(), ...(customer !== undefined && { customer }) }],
    subscriptions: [subscriptionRecord({ ordering: { by: 'customer', paths: [], onDead: 'skip' } })],
  });
  const configuration = compiledBrand(records, new Map([['simple', adapter]]));
  const source = configuration.openSource('in');
  if (source === undefined) throw new Error('source not found');
  const event = {
    type,
    eventId,
    organisation: null,
    occurredAt,
    customerIds,
    attributes: {},
    data,
  };
  const received = { id: uuidV7(NOW), receivedAt: NOW, brandName: 'acme', sourceName: 'in' };
  return prepareEvent({ ...received, content: { kind: 'event', event } }, source, configuration);
}

describe('customers of a prepared event', () => {
  it('are all hashed, so that their tombstones can be found', () => {
    const { customerHashes, erasures, erasedAt } = prepared('pointsIssued');
    expect(customerHashes?.()).toEqual(['7', '8'].map((id) => customerHash(plainVault, id)));
    expect([erasures, erasedAt]).toEqual([[], null]);
  });

  it('are not hashed if there are none', () => {
    expect(prepared('pointsIssued', { customerIds: [] })).toMatchObject({ customerIds: [], customerHashes: null });
    expect(prepared('gone', { customerIds: [] })).toMatchObject({ customerHashes: null, erasures: [] });
  });

  it('have a key that their source picks, which decides their order and finds their tombstone', () => {
    const customer = '{{ data.phone }}';
    const keyed = prepared('pointsIssued', { customer, data: { phone: '+15005550006' } });
    expect(keyed).toMatchObject({ customerIds: ['7', '8'], customer: { key: '+15005550006', platformId: '7' } });
    expect(keyed.customerHashes?.()).toEqual(['+15005550006', '7', '8'].map((id) => customerHash(plainVault, id)));
    const orderKey = ({ deliveries: [delivery] }: NewEvent): unknown => delivery?.order?.key;
    const alone = prepared('pointsIssued', { customer, customerIds: [], data: { phone: '+1 500 555 0006' } });
    expect(orderKey(alone)).toBe(orderKey(keyed));
    expect(orderKey(prepared('pointsIssued', { customer }))).not.toBe(orderKey(keyed));
    expect(erasedEvent(keyed)).toMatchObject({ customerIds: [], customer: null, customerHashes: null });
  });

  it('are erased up to the time of a deletion event, which itself is delivered', () => {
    const { customerHashes, erasures, deliveries } = prepared('gone', { occurredAt: '2026-11-01T00:00:00.000Z' });
    expect(customerHashes).toBeNull();
    expect(deliveries).toHaveLength(1);
    expect(erasures).toEqual([
      {
        ...{ id: expect.any(String), brandId: 'brand-1', customerId: '7', customerHash: customerHash(plainVault, '7') },
        until: Date.UTC(2026, 10, 1),
      },
    ]);
  });

  it('are dropped from an event that arrives after their erasure, which keeps only type, time and dedupe key', () => {
    const event = prepared('pointsIssued');
    expect(erasedEvent(event)).toEqual({
      ...event,
      ...{ sourceEventId: '', customerIds: [], customerHashes: null, attributes: {}, data: {}, sealed: null },
      ...{ deliveries: [], erasedAt: NOW },
    });
  });
});

describe('an event of a pii-less brand', () => {
  const privacy = { mode: 'pii-less' } as const;
  const hash = identifierHash(plainVault, 'asha@example.com');

  it('has hashed customers, in the event, in tombstones and in erasures', () => {
    const customerIds = ['Asha@Example.com', 'asha@example.com '];
    const { customerHashes, ...issued } = prepared('pointsIssued', { privacy, customerIds });
    expect(issued.customerIds).toEqual([hash]);
    expect(customerHashes?.()).toEqual([customerHash(plainVault, hash)]);
    expect(prepared('gone', { privacy, customerIds }).erasures).toEqual([
      expect.objectContaining({ customerId: hash, customerHash: customerHash(plainVault, hash) }),
    ]);
  });

  it('has a dedupe key made of hashes, which is equal for all spellings of the id', () => {
    const key = (eventId: string, policy: Partial<PrivacyPolicy> = privacy): string =>
      prepared('pointsIssued', { privacy: policy, eventId }).dedupeKey;
    expect(key('asha@example.com')).toBe(key('Asha@example.com'));
    expect(key('asha@example.com')).not.toBe(key('asha@example.com', {}));
    expect(key('e-1')).toBe(key('e-1', {}));
  });
});
