import { describe, expect, it } from '@jest/globals';
import { DeliveryError, type DeliveryErrorKind } from '@patchbay/plugin-sdk';
import type { BrandLookups } from '../configuration/lookups.js';
import type { SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import type { Enriched } from './enricher.port.js';
import { HashedIdentifierError, type RecipientQuery } from './recipient-resolver.port.js';
import type { Recipient } from './recipient.js';
import {
  brandRecord,
  configurationRecords,
  simpleAdapter,
  sourceRecord,
  subscriptionRecord,
} from '../testing/configuration-builder.js';
import { attemptOnce } from '../testing/attempt-once.js';
import { PausedLookupError } from '../lookups/lookup-pauses.js';
import { MessagePolicy } from '../messaging/rules.js';
import { MemoryMessagingStore } from '../testing/memory-messaging-store.js';
import { CustomerLookups } from './customer-lookups.js';
import { decide } from './decide.js';
import type { AttemptOutcome, ClaimedDelivery } from './delivery.js';
import type { DeliverRequest, DestinationGateway } from './destination-gateway.port.js';
import { MappingCache } from './build-message.js';

const NOW = 1_795_544_400_000;
const MAPPING = { to: '{{ recipient.phone }}', text: 'Hello {{ enriched.customer.name }}' };

interface World {
  readonly lookups?: BrandLookups;
  /** True if the event is an operational event of the hub. */
  readonly operational?: boolean;
  readonly subscription?: Partial<SubscriptionVersionRecord>;
  readonly enrich?: (names: readonly string[]) => Promise<Enriched>;
  readonly resolve?: (query: RecipientQuery) => Promise<Recipient>;
  /** Fields of which the message needs one. Absent if the message needs the field `to`. */
  readonly oneOf?: readonly string[];
}

const delivery: ClaimedDelivery = {
  id: 'd1',
  token: 't',
  retentionDays: 30,
  brandId: 'brand-1',
  destinationId: 'destination-1',
  destinationVersion: 1,
  pauseSeq: 0,
  subscriptionId: 'subscription-1',
  subscriptionVersionId: 'subscription-1-v1',
  countedAttempts: 0,
  attempts: 0,
  order: null,
  pendingSince: null,
  externalId: null,
  confirmed: false,
  outdated: false,
  undecided: false,
  messaging: null,
  event: {
    id: 'e1',
    type: 'pointsIssued',
    sourceId: 'source-1',
    customerId: '7',
    customerKey: '7',
    occurredAt: NOW,
    receivedAt: NOW,
    data: { points: 5 },
    sealed: null,
  },
};

/** Makes one attempt of a delivery for a brand that has an enricher and a resolver. */
async function attempted({ lookups = {}, operational = false, subscription = {}, enrich, resolve, oneOf }: World) {
  const sent: DeliverRequest[] = [];
  const requested: { names: (readonly string[])[]; queries: RecipientQuery[] } = { names: [], queries: [] };
  const gateway: DestinationGateway = {
    facts: (type) => ({
      type,
      messaging: 'sms',
      quotaExcess: 'wait',
      limits: () => ({}),
      idempotent: () => false,
      batch: () => undefined,
      hasStatusCallback: false,
      addressPathsOf: () => (oneOf === undefined ? [] : [{ path: 'to', kind: 'phone' }]),
      preset: () => undefined,
    }),
    checkMessage: (_type, message) =>
      typeof message === 'object' && message !== null && 'to' in message
        ? []
        : oneOf === undefined
          ? [{ field: 'to', message: 'is required', missing: true }]
          : [{ field: '', message: 'needs exactly one', missing: false, oneOf }],
    checkCredentials: () => [],
    checkSettings: () => [],
    deliver: (request) => {
      sent.push(request);
      return Promise.resolve({ kind: 'accepted' });
    },
    deliverBatch: () => Promise.reject(new Error('The destination has no batches.')),
    poll: () => Promise.resolve({ kind: 'accepted' }),
  };
  const outcome = await attemptOnce({
    delivery,
    records: configurationRecords({
      brands: [{ ...brandRecord(), lookups }],
      sources: [{ ...sourceRecord(), managedBy: operational ? 'hub' : 'file' }],
    }),
    adapter: simpleAdapter,
    gateway,
    mappings: new MappingCache({
      subscriptionVersions: () => Promise.resolve([subscriptionRecord({ mapping: MAPPING, ...subscription })]),
    }),
    lookups: new CustomerLookups(
      {
        enrich: (names) => {
          requested.names.push(names);
          return enrich?.(names) ?? Promise.resolve({ enriched: {}, recipient: {} });
        },
      },
      {
        resolve: (query) => {
          requested.queries.push(query);
          return resolve?.(query) ?? Promise.resolve({ phone: '+15005550006', ...query.enriched });
        },
      },
    ),
    policy: new MessagePolicy(new MemoryMessagingStore(), { now: () => NOW }),
  });
  return { outcome, sent, requested };
}

const decided = (outcome: AttemptOutcome) =>
  decide(
    { delivery, outcome, startedAt: NOW, durationMs: 1 },
    { scheduleMs: [0, 5_000], onUnconfirmed: 'hold' },
    NOW,
    0.5,
  );

describe('a lookup before the mapping', () => {
  it('passes the adapter of the event’s source to the resolver', async () => {
    const { requested } = await attempted({});
    expect(requested.queries).toMatchObject([{ adapter: simpleAdapter }]);
  });

  it('passes the enrichment to the mapping, and its recipient to the resolver', async () => {
    const { sent, requested } = await attempted({
      subscription: { enrich: ['customer'] },
      enrich: () => Promise.resolve({ enriched: { customer: { name: 'Asha' } }, recipient: { phone: '+15005550001' } }),
    });
    expect(sent.map(({ message }) => message)).toEqual([{ to: '+15005550001', text: 'Hello Asha' }]);
    expect(requested.names).toEqual([['customer']]);
  });

  it('runs only the enrichments that the subscription names, and resolves only the recipient fields that are read', async () => {
    const { requested } = await attempted({
      lookups: { consent: { sms: '{{ recipient.smsOptIn }}', email: '{{ recipient.x }}' } },
    });
    expect(requested.names).toEqual([]);
    expect(requested.queries.map(({ wanted }) => wanted)).toEqual([['phone', 'smsOptIn']]);
    const nothing = await attempted({ subscription: { mapping: { to: 'x' } } });
    expect(nothing.requested).toEqual({ names: [], queries: [] });
    const whole = await attempted({ subscription: { mapping: { to: 'x', all: '{{ recipient }}' } } });
    expect(whole.requested.queries.map(({ wanted }) => wanted)).toEqual([undefined]);
  });
});

describe('a failed lookup in a brand’s system', () => {
  it.each<DeliveryErrorKind>(['transient', 'credentials', 'rejected', 'mapping', 'unconfirmed'])(
    'of the kind %s: the delivery is retried on its schedule, and the answer is not recorded',
    async (kind) => {
      const response = { status: 500, body: 'marked' };
      const error = new DeliveryError(kind, 'recipients.resolver: it is away', { response, retryAfterMs: 60_000 });
      const { outcome, sent } = await attempted({ resolve: () => Promise.reject(error) });
      expect(sent).toEqual([]);
      expect(outcome).toEqual({ kind: 'transient', message: 'recipients.resolver: it is away', retryAfterMs: 60_000 });
      expect(decided(outcome)).toMatchObject({
        delivery: {
          state: 'scheduled',
          countedAttempts: 1,
          dueAt: NOW + 60_000,
          attempt: { outcome: 'transient', response: null },
        },
        effect: null,
      });
    },
  );

  it('of the kind throttled: the delivery waits without a counted attempt, and other deliveries are not affected', async () => {
    const error = new DeliveryError('throttled', 'enrichment.capillary: slow', { retryAfterMs: 45_000 });
    const { outcome } = await attempted({
      subscription: { enrich: ['customer'] },
      enrich: () => Promise.reject(error),
    });
    expect(decided(outcome)).toEqual({
      delivery: expect.objectContaining({
        state: 'scheduled',
        countedAttempts: 0,
        attempts: 0,
        dueAt: NOW + 45_000,
        attempt: null,
      }),
      effect: null,
    });
  });

  it('that is paused: the delivery is held without an attempt', async () => {
    const until = NOW + 3_600_000;
    const { outcome, sent } = await attempted({
      resolve: () => Promise.reject(new PausedLookupError('recipients.resolver', until)),
    });
    expect(sent).toEqual([]);
    expect(decided(outcome)).toMatchObject({
      delivery: {
        ...{ state: 'scheduled', reason: 'lookup paused: recipients.resolver', dueAt: until },
        ...{ countedAttempts: 0, attempt: null },
      },
      effect: null,
    });
  });

  it('differs from a failure of the hub, which throws', async () => {
    await expect(attempted({ resolve: () => Promise.reject(new Error('a bug')) })).rejects.toThrow('a bug');
  });
});

describe('a customer without an address or without consent', () => {
  const lookups = { consent: { sms: '{{ recipient.smsOptIn }}' } };

  it('has no recipient: the delivery is suppressed, not failed', async () => {
    const { outcome, sent } = await attempted({ lookups, resolve: () => Promise.resolve({}) });
    expect(sent).toEqual([]);
    expect(outcome).toMatchObject({ kind: 'noRecipient', message: 'The recipient has no phone.' });
    expect(decided(outcome).delivery).toMatchObject({ state: 'suppressed', reason: 'no recipient', attempt: null });
  });

  it('has no recipient if the message needs one of several addresses and reads an address of the recipient', async () => {
    const resolve = () => Promise.resolve({});
    const { outcome } = await attempted({ resolve, oneOf: ['topic', 'to'] });
    expect(outcome).toMatchObject({ kind: 'noRecipient', message: 'The recipient has no phone.' });
    const other = await attempted({ resolve, oneOf: ['body'] });
    expect(other.outcome).toMatchObject({ kind: 'mapping' });
  });

  it('cannot be looked up by a hash: the delivery is suppressed, not failed', async () => {
    const error = new HashedIdentifierError('recipients.resolver');
    const worlds = [
      { resolve: () => Promise.reject(error) },
      { subscription: { enrich: ['customer'] }, enrich: () => Promise.reject(error) },
    ];
    for (const world of worlds) {
      const { outcome, sent } = await attempted(world);
      expect(sent).toEqual([]);
      expect(decided(outcome)).toMatchObject({
        delivery: { state: 'suppressed', reason: 'no recipient', countedAttempts: 0, attempt: null },
        effect: null,
      });
    }
  });

  it('gets no message without consent: the delivery is suppressed, not failed', async () => {
    const { outcome, sent } = await attempted({
      lookups,
      resolve: () => Promise.resolve({ phone: '+1', smsOptIn: false }),
    });
    expect(sent).toEqual([]);
    expect(decided(outcome).delivery).toMatchObject({
      state: 'suppressed',
      reason: 'consent',
      countedAttempts: 0,
      attempt: null,
    });
  });

  it('gets the message with consent, or if the channel has no consent rule', async () => {
    const agreed = await attempted({ lookups, resolve: () => Promise.resolve({ phone: '+1', smsOptIn: 'yes' }) });
    expect(agreed.sent).toHaveLength(1);
    expect((await attempted({ lookups: { consent: { email: '{{ recipient.no }}' } } })).sent).toHaveLength(1);
  });

  it('is not needed for operational events, which require no consent', async () => {
    expect((await attempted({ lookups, operational: true })).sent).toHaveLength(1);
  });
});
