import { describe, expect, it } from '@jest/globals';
import { DeliveryError, type DeliveryErrorKind } from '@patchbay/plugin-sdk';
import { CompiledConfiguration } from '../configuration/compiled-configuration.js';
import type { BrandLookups } from '../configuration/lookups.js';
import type { SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import type { Enriched } from '../enrichment/enricher.port.js';
import type { RecipientQuery } from '../recipient/recipient-resolver.port.js';
import { HashedIdentifierError } from '../recipient/hashed-identifier-error.js';
import type { Recipient } from '../recipient/recipient.js';
import {
  brandRecord,
  configurationRecords,
  destinationRecord,
  simpleAdapter,
  sourceRecord,
  subscriptionRecord,
} from '../testing/configuration-builder.js';
import { MessagePolicy } from '../messaging/message-policy.js';
import { MemoryMessagingStore } from '../testing/memory-messaging-store.js';
import { AttemptDelivery } from './attempt-delivery.js';
import { CustomerLookups } from './customer-lookups.js';
import { decide } from './decide.js';
import type { AttemptOutcome, ClaimedDelivery } from './delivery.js';
import type { DeliverRequest } from './destination-gateway.port.js';
import { MappingCache } from './mapping-cache.js';

const NOW = 1_795_544_400_000;
const MAPPING = { to: '{{ recipient.phone }}', text: 'Hello {{ enriched.customer.name }}' };

interface World {
  readonly lookups?: BrandLookups;
  /** The event is the hub's own. */
  readonly operational?: boolean;
  readonly subscription?: Partial<SubscriptionVersionRecord>;
  readonly enrich?: (names: readonly string[]) => Promise<Enriched>;
  readonly resolve?: (query: RecipientQuery) => Promise<Recipient>;
}

const delivery: ClaimedDelivery = {
  id: 'd1',
  token: 't',
  retentionDays: 30,
  brandId: 'brand-1',
  destinationId: 'destination-1',
  destinationVersion: 1,
  subscriptionId: 'subscription-1',
  subscriptionVersionId: 'subscription-1-v1',
  countedAttempts: 0,
  attempts: 0,
  order: null,
  pendingSince: null,
  externalId: null,
  confirmed: false,
  outdated: false,
  messaging: null,
  event: {
    id: 'e1',
    type: 'pointsIssued',
    sourceId: 'source-1',
    customerId: '7',
    occurredAt: NOW,
    receivedAt: NOW,
    data: { points: 5 },
    sealed: null,
  },
};

/** One attempt of one delivery by a brand with systems of its own. */
async function attempted({ lookups = {}, operational = false, subscription = {}, enrich, resolve }: World) {
  const sent: DeliverRequest[] = [];
  const asked: { names: (readonly string[])[]; queries: RecipientQuery[] } = { names: [], queries: [] };
  const attempts = new AttemptDelivery(
    {
      facts: (type) => ({
        type,
        category: 'sms',
        limits: () => ({}),
        idempotent: () => false,
        hasStatusCallback: false,
        preset: () => undefined,
      }),
      checkMessage: (_type, message) =>
        typeof message === 'object' && message !== null && 'to' in message
          ? []
          : [{ field: 'to', message: 'is required', missing: true }],
      checkCredentials: () => [],
      checkSettings: () => [],
      deliver: (request) => {
        sent.push(request);
        return Promise.resolve({ kind: 'accepted' });
      },
      poll: () => Promise.resolve({ kind: 'accepted' }),
    },
    new MappingCache({
      subscriptionVersions: () => Promise.resolve([subscriptionRecord({ mapping: MAPPING, ...subscription })]),
    }),
    new CustomerLookups(
      {
        enrich: (names) => {
          asked.names.push(names);
          return enrich?.(names) ?? Promise.resolve({ enriched: {}, recipient: {} });
        },
      },
      {
        resolve: (query) => {
          asked.queries.push(query);
          return resolve?.(query) ?? Promise.resolve({ phone: '+15005550006', ...query.enriched });
        },
      },
    ),
    new MessagePolicy(new MemoryMessagingStore(), { now: () => NOW }),
    () => undefined,
  );
  const records = configurationRecords({
    brands: [{ ...brandRecord(), lookups }],
    sources: [{ ...sourceRecord(), managedBy: operational ? 'hub' : 'file' }],
  });
  const outcome = await attempts.attempt(delivery, {
    configuration: new CompiledConfiguration(records, new Map([[simpleAdapter.name, simpleAdapter]])),
    destination: destinationRecord(),
    signal: new AbortController().signal,
    markSending: () => Promise.resolve(true),
    mayStart: () => true,
    beforeWrite: () => null,
    waitForRate: () => Promise.resolve(true),
  });
  return { outcome, sent, asked };
}

const decided = (outcome: AttemptOutcome) =>
  decide(
    { delivery, outcome, startedAt: NOW, durationMs: 1 },
    { scheduleMs: [0, 5_000], onUnconfirmed: 'hold' },
    NOW,
    0.5,
  );

describe('what is fetched before a delivery is mapped', () => {
  it('is asked of the event by the adapter of its own source, whatever else has that name', async () => {
    const { asked } = await attempted({});
    expect(asked.queries).toMatchObject([{ adapter: simpleAdapter }]);
  });

  it('reaches the mapping, and the recipient of the enrichment the resolver', async () => {
    const { sent, asked } = await attempted({
      subscription: { enrich: ['customer'] },
      enrich: () => Promise.resolve({ enriched: { customer: { name: 'Asha' } }, recipient: { phone: '+15005550001' } }),
    });
    expect(sent.map(({ message }) => message)).toEqual([{ to: '+15005550001', text: 'Hello Asha' }]);
    expect(asked.names).toEqual([['customer']]);
  });

  it('is asked for only where the subscription names it, and no more of the recipient than is read', async () => {
    const { asked } = await attempted({
      lookups: { consent: { sms: '{{ recipient.smsOptIn }}', email: '{{ recipient.x }}' } },
    });
    expect(asked.names).toEqual([]);
    expect(asked.queries.map(({ wanted }) => wanted)).toEqual([['phone', 'smsOptIn']]);
    const nothing = await attempted({ subscription: { mapping: { to: 'x' } } });
    expect(nothing.asked.queries.map(({ wanted }) => wanted)).toEqual([[]]);
    const whole = await attempted({ subscription: { mapping: { to: 'x', all: '{{ recipient }}' } } });
    expect(whole.asked.queries.map(({ wanted }) => wanted)).toEqual([undefined]);
  });
});

describe('a system of the brand’s that cannot be asked', () => {
  it.each<DeliveryErrorKind>(['transient', 'credentials', 'rejected', 'mapping', 'unconfirmed'])(
    '%s: the delivery is retried on its schedule, and no answer is recorded',
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

  it('and that asks for patience: the delivery waits, without a counted attempt, and holds up no other', async () => {
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

  it('is not confused with a fault of the hub', async () => {
    await expect(attempted({ resolve: () => Promise.reject(new Error('a bug')) })).rejects.toThrow('a bug');
  });
});

describe('a customer who is not there, or did not agree', () => {
  const lookups = { consent: { sms: '{{ recipient.smsOptIn }}' } };

  it('has no recipient: suppressed, not failed', async () => {
    const { outcome, sent } = await attempted({ lookups, resolve: () => Promise.resolve({}) });
    expect(sent).toEqual([]);
    expect(outcome).toMatchObject({ kind: 'noRecipient', message: 'The recipient has no phone.' });
    expect(decided(outcome).delivery).toMatchObject({ state: 'suppressed', reason: 'no recipient', attempt: null });
  });

  it('cannot be looked up by a hash: suppressed, not failed', async () => {
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

  it('is not written to: suppressed, not failed', async () => {
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

  it('is written to where they agreed, or where the channel has no rule', async () => {
    const agreed = await attempted({ lookups, resolve: () => Promise.resolve({ phone: '+1', smsOptIn: 'yes' }) });
    expect(agreed.sent).toHaveLength(1);
    expect((await attempted({ lookups: { consent: { email: '{{ recipient.no }}' } } })).sent).toHaveLength(1);
  });

  it('is nobody where the hub tells of itself: whoever runs the brand has not to agree', async () => {
    expect((await attempted({ lookups, operational: true })).sent).toHaveLength(1);
  });
});
