import { describe, expect, it, jest } from '@jest/globals';
import type { DestinationCategory } from '@patchbay/plugin-sdk';
import { CompiledConfiguration } from '../configuration/compiled-configuration.js';
import type { MessageCaps } from '../configuration/brand-definition.js';
import type { BrandRecord, MessagingRecord } from '../configuration/configuration-snapshot.js';
import { AttemptDelivery } from '../delivery/attempt-delivery.js';
import { CustomerLookups } from '../delivery/customer-lookups.js';
import type { AttemptOutcome, ClaimedDelivery, ClaimedEvent } from '../delivery/delivery.js';
import type { DeliverRequest } from '../delivery/destination-gateway.port.js';
import { MappingCache } from '../delivery/mapping-cache.js';
import { uuidV7 } from '../ids.js';
import type { Recipient } from '../recipient/recipient.js';
import {
  brandRecord,
  configurationRecords,
  destinationRecord,
  simpleAdapter,
  subscriptionRecord,
} from '../testing/configuration-builder.js';
import { MemoryMessagingStore } from '../testing/memory-messaging-store.js';
import type { DeliveryMessaging } from './delivery-messaging.js';
import { MessagePolicy } from './message-policy.js';

/** 02:30 in Dubai, 22:30 in London. */
const NIGHT = Date.parse('2026-01-15T22:30:00Z');
const HOUR_MS = 3_600_000;
const QUIET = { from: '21:00', to: '09:00' };
const MAPPING = {
  to: '{{ recipient.phone }}',
  count: '{{ digest.count }}',
  points: '{% for one in digest.events %}{{ one.data.points }}{{ one.enriched.profile.name }} {% endfor %}',
};

interface World {
  readonly rules?: Partial<MessagingRecord>;
  readonly messaging?: DeliveryMessaging;
  readonly caps?: MessageCaps;
  readonly consent?: Readonly<Record<string, string>>;
  readonly recipient?: Recipient;
  readonly category?: DestinationCategory;
  readonly ageMs?: number;
  readonly customerId?: string | null;
  readonly data?: ClaimedEvent['data'];
  readonly enrich?: readonly string[];
  readonly store?: MemoryMessagingStore;
  readonly now?: number;
}

const eventAt = (at: number, also: Partial<ClaimedEvent> = {}): ClaimedEvent => ({
  ...{ id: uuidV7(at), type: 'pointsIssued', sourceId: 'source-1', customerId: '7', occurredAt: at, receivedAt: at },
  ...{ data: { points: 5, bill: 'b1' }, sealed: null },
  ...also,
});

/** One attempt of one delivery under some rules. */
async function attempted(world: World) {
  const {
    rules: given,
    messaging = null,
    store = new MemoryMessagingStore(),
    now = NIGHT,
    category = 'sms',
    customerId = '7',
  } = world;
  const sent: DeliverRequest[] = [];
  let asked = 0;
  let marked = 0;
  const rules = given === undefined ? null : { purpose: 'promotional' as const, fallback: [], ...given };
  const version = subscriptionRecord({ mapping: MAPPING, messaging: rules, enrich: world.enrich ?? [] });
  const attempts = new AttemptDelivery(
    {
      facts: (type) => ({
        ...{ type, category, limits: () => ({}), idempotent: () => true, hasStatusCallback: false },
        preset: () => undefined,
      }),
      checkMessage: () => [],
      checkCredentials: () => [],
      checkSettings: () => [],
      deliver: (request) => {
        sent.push(request);
        return Promise.resolve({ kind: 'accepted' });
      },
      poll: () => Promise.resolve({ kind: 'accepted' }),
    },
    new MappingCache({ subscriptionVersions: () => Promise.resolve([version]) }),
    new CustomerLookups(
      {
        enrich: (_names, { data }) =>
          Promise.resolve({ enriched: { profile: { name: `n${JSON.stringify(data['points'])}` } }, recipient: {} }),
      },
      {
        resolve: () => {
          asked += 1;
          return Promise.resolve(world.recipient ?? { phone: '+15005550006' });
        },
      },
    ),
    new MessagePolicy(store, { now: () => now }),
    () => undefined,
  );
  const brand: BrandRecord = {
    ...brandRecord(),
    timezone: 'Asia/Dubai',
    ...(world.caps && { caps: world.caps }),
    lookups: world.consent === undefined ? {} : { consent: world.consent },
  };
  const at = now - (world.ageMs ?? 1_000);
  const delivery: ClaimedDelivery = {
    ...{ id: uuidV7(at), token: 't', retentionDays: 30, brandId: 'brand-1', destinationId: 'destination-1' },
    ...{
      destinationVersion: 1,
      subscriptionId: 'subscription-1',
      subscriptionVersionId: version.id,
      countedAttempts: 0,
    },
    ...{ attempts: 0, order: null, pendingSince: null, externalId: null, confirmed: false, outdated: false, messaging },
    event: eventAt(at, { customerId, ...(world.data && { data: world.data }) }),
  };
  const outcome: AttemptOutcome = await attempts.attempt(delivery, {
    configuration: new CompiledConfiguration(
      configurationRecords({ brands: [brand], subscriptions: [version] }),
      new Map([
        [simpleAdapter.name, { ...simpleAdapter, referencesOf: (_type, data) => [JSON.stringify(data['bill'])] }],
      ]),
    ),
    destination: destinationRecord(),
    signal: new AbortController().signal,
    markSending: () => {
      marked += 1;
      return Promise.resolve(true);
    },
    mayStart: () => true,
    beforeWrite: () => null,
    waitForRate: () => Promise.resolve(true),
  });
  return { outcome, message: sent[0]?.message, asked, marked, store };
}

describe('a message without rules', () => {
  it('goes out at night, as a digest of one', async () => {
    expect(await attempted({})).toMatchObject({ outcome: { kind: 'accepted' }, message: { count: 1, points: '5 ' } });
  });
});

describe('expireAfter', () => {
  it('ends what is older, before anybody is asked', async () => {
    const { outcome, asked } = await attempted({ rules: { expireAfterMs: HOUR_MS }, ageMs: HOUR_MS + 1 });
    expect([outcome, asked]).toEqual([{ kind: 'suppressed', message: 'expired' }, 0]);
    expect((await attempted({ rules: { expireAfterMs: HOUR_MS }, ageMs: HOUR_MS })).outcome.kind).toBe('accepted');
  });

  it('counts from the newest event of a digest that is closed', async () => {
    const digest = [uuidV7(NIGHT - HOUR_MS)];
    const { outcome } = await attempted({
      rules: { expireAfterMs: HOUR_MS },
      ageMs: 3 * HOUR_MS,
      messaging: { digest },
    });
    expect(outcome.kind).toBe('accepted');
  });
});

describe('cancelOn', () => {
  const rules = { cancelOn: { events: ['pointsReversed'] } };
  function withCancellingEvent(also: Partial<ClaimedEvent>): MemoryMessagingStore {
    const store = new MemoryMessagingStore();
    const cancelling = eventAt(NIGHT, { type: 'pointsReversed', ...also });
    store.stored.set(cancelling.id, cancelling);
    return store;
  }

  it('ends what an event of the same customer about the same undid', async () => {
    const { outcome } = await attempted({ rules, store: withCancellingEvent({ id: 'cancelling' }) });
    expect(outcome).toEqual({ kind: 'cancelled', message: 'cancelled by pointsReversed cancelling' });
  });

  it.each([
    ['about something else', { data: { bill: 'b2' } }],
    ['of another customer', { customerId: '8' }],
    ['that occurred before', { occurredAt: NIGHT - HOUR_MS }],
    ['of another type', { type: 'pointsRedeemed' }],
  ])('leaves alone what there is an event %s for', async (_what, also) => {
    expect((await attempted({ rules, store: withCancellingEvent(also) })).outcome.kind).toBe('accepted');
  });

  it('goes by a path where the rule names one', async () => {
    const byPath = { cancelOn: { events: ['pointsReversed'], reference: 'data.points' } };
    const data = { points: 5, bill: 'b2' };
    expect((await attempted({ rules: byPath, store: withCancellingEvent({ data }) })).outcome.kind).toBe('cancelled');
    expect((await attempted({ rules: byPath, store: withCancellingEvent({ data: { points: 6 } }) })).outcome.kind).toBe(
      'accepted',
    );
  });
});

describe('quietHours', () => {
  const rules = { quietHours: QUIET };

  it("put a message off to their end where the recipient is, else by the brand's clock", async () => {
    const put = (zone: string): Recipient => ({ phone: '+15005550006', timezone: zone });
    expect((await attempted({ rules, recipient: put('Europe/London') })).outcome).toEqual({
      ...{ kind: 'deferred', until: Date.parse('2026-01-16T09:00:00Z') },
      message: 'quiet hours until 2026-01-16T09:00+00:00',
    });
    expect((await attempted({ rules, recipient: put('Mars/Base') })).outcome).toMatchObject({
      message: 'quiet hours until 2026-01-16T09:00+04:00',
    });
    expect((await attempted({ rules, recipient: put('America/New_York') })).outcome.kind).toBe('accepted');
  });

  it('come before a digest is closed and before a slot is taken', async () => {
    const store = new MemoryMessagingStore();
    store.waiting = [{ id: 'd2', event: eventAt(NIGHT) }];
    const caps = { sms: { max: 1, perMs: HOUR_MS } };
    await attempted({ rules: { ...rules, digestMs: 1 }, caps, store });
    expect([store.ended, store.slots.size]).toEqual([[], 0]);
  });

  it('are not asked of what a person has redelivered, and neither is its age', async () => {
    const also = { rules: { ...rules, expireAfterMs: 1 }, messaging: { redelivered: true } };
    expect((await attempted(also)).outcome.kind).toBe('accepted');
  });
});

describe('digest', () => {
  const rules = { digestMs: 600_000, expireAfterMs: HOUR_MS };
  const second = eventAt(NIGHT - 500, { data: { points: 7, bill: 'b2' } });

  it('takes along what waits, and ends by its own rule what that ends', async () => {
    const store = new MemoryMessagingStore();
    const old = eventAt(NIGHT - 2 * HOUR_MS);
    const reversal = eventAt(NIGHT, { id: 'cancelling', type: 'pointsReversed', data: { bill: 'b3' } });
    store.stored.set(reversal.id, reversal);
    store.waiting = [
      { id: uuidV7(NIGHT - 2 * HOUR_MS), event: old },
      { id: uuidV7(NIGHT - 500), event: second },
      { id: uuidV7(NIGHT - 400), event: eventAt(NIGHT - 400, { data: { points: 9, bill: 'b3' } }) },
    ];
    const { message } = await attempted({ rules: { ...rules, cancelOn: { events: ['pointsReversed'] } }, store });
    expect(message).toMatchObject({ count: 2, points: '5 7 ' });
    expect(store.ended.map(({ state, reason }) => [state, reason])).toEqual([
      ['suppressed', 'expired'],
      ['merged', null],
      ['cancelled', 'cancelled by pointsReversed cancelling'],
    ]);
  });

  it('carries the same when it is retried, each event with what was fetched about it', async () => {
    const store = new MemoryMessagingStore();
    store.stored.set(second.id, second);
    store.waiting = [{ id: 'late', event: eventAt(NIGHT) }];
    const { message } = await attempted({
      rules,
      store,
      messaging: { digest: [second.id, 'erased'] },
      enrich: ['profile'],
    });
    expect(message).toMatchObject({ count: 2, points: '5n5 7n7 ' });
    expect(store.ended).toEqual([]);
  });

  it('goes by the consent that its newest event tells of, whichever carries it', async () => {
    const consent = { sms: '{{ data.optIn }}' };
    const answered = async (also: ClaimedEvent['data']): Promise<AttemptOutcome['kind']> => {
      const store = new MemoryMessagingStore();
      store.waiting = [{ id: uuidV7(NIGHT - 500), event: { ...second, data: { ...second.data, ...also } } }];
      return (await attempted({ rules, store, consent, data: { optIn: 'yes' } })).outcome.kind;
    };
    expect([await answered({ optIn: 'yes' }), await answered({ optIn: 'no' }), await answered({})]).toEqual([
      ...['accepted', 'noConsent', 'noConsent'],
    ]);
  });

  it('looks once for what undid any of it, and at each only where something may have', async () => {
    const looks = async (bill: string): Promise<[looks: number, states: readonly string[]]> => {
      const store = new MemoryMessagingStore();
      const find = jest.spyOn(store, 'findCancellingEvent');
      store.waiting = [2, 3, 4, 5].map((n) => ({
        id: uuidV7(NIGHT - 500 + n),
        event: eventAt(NIGHT - 500 + n, { type: 'pointsReversed', data: { bill: `b${n}` } }),
      }));
      const reversal = eventAt(NIGHT, { id: 'cancelling', type: 'pointsReversed', data: { bill } });
      store.stored.set(reversal.id, reversal);
      for (const { event } of store.waiting) store.stored.set(event.id, event);
      await attempted({ rules: { ...rules, cancelOn: { events: ['pointsReversed'] } }, store });
      return [find.mock.calls.length, store.ended.map(({ state }) => state)];
    };
    // The message's own, and one for the four; none of these undoes itself.
    expect(await looks('b9')).toEqual([2, ['merged', 'merged', 'merged', 'merged']]);
    expect(await looks('b4')).toEqual([6, ['merged', 'merged', 'cancelled', 'merged']]);
  });

  it('is not sent by whoever has lost the lease', async () => {
    const store = new MemoryMessagingStore();
    store.leaseLost = true;
    expect((await attempted({ rules, store })).outcome.kind).toBe('internal_error');
  });

  it.each([
    ['of nobody', { customerId: null }],
    ['that is a step of a fallback', { messaging: { step: 1 } }],
    ['that a person has redelivered', { messaging: { redelivered: true } }],
  ])('does not gather for a message %s', async (_what, also) => {
    const store = new MemoryMessagingStore();
    store.waiting = [{ id: 'd2', event: second }];
    await attempted({
      rules: { ...rules, fallback: [{ destinationId: 'x', on: [], afterMs: 1, mapping: MAPPING }] },
      store,
      ...also,
    });
    expect(store.ended).toEqual([]);
  });
});

describe('caps', () => {
  const caps = { sms: { max: 1, perMs: 24 * HOUR_MS } };

  it('let so many through, and say which number this would be', async () => {
    const store = new MemoryMessagingStore();
    expect((await attempted({ caps, store })).outcome.kind).toBe('accepted');
    expect((await attempted({ caps, store, ageMs: 2_000 })).outcome).toEqual({
      ...{ kind: 'suppressed', message: 'cap: 1 sms per 1d, this would be number 2' },
    });
    expect((await attempted({ caps, store, customerId: '8' })).outcome.kind).toBe('accepted');
  });

  it.each([
    ['is transactional', { rules: { purpose: 'transactional' as const } }],
    ['goes by another channel', { category: 'email' as const }],
    ['is of nobody', { customerId: null }],
  ])('do not count a message that %s', async (_what, also) => {
    const store = new MemoryMessagingStore();
    await attempted({ caps, store, ...also });
    await attempted({ caps, store, ageMs: 2_000, ...also });
    expect(store.slots.size).toBe(0);
  });

  it('give no slot to what has no consent, and ask a redelivered message too', async () => {
    const store = new MemoryMessagingStore();
    const consent = { sms: '{{ recipient.smsOptIn }}' };
    expect((await attempted({ caps, store, consent })).outcome.kind).toBe('noConsent');
    expect(store.slots.size).toBe(0);
    await attempted({ caps, store });
    expect((await attempted({ caps, store, ageMs: 2_000, messaging: { redelivered: true } })).outcome.kind).toBe(
      'suppressed',
    );
  });
});

describe('a purpose', () => {
  it('asks for consent where it is promotional', async () => {
    const consent = { sms: '{{ recipient.smsOptIn }}' };
    expect((await attempted({ consent, rules: {} })).outcome.kind).toBe('noConsent');
    expect((await attempted({ consent, rules: { purpose: 'transactional' } })).outcome.kind).toBe('accepted');
  });
});

describe('a fallback', () => {
  it('has a call marked before it goes out, so that whoever reclaims it after a crash knows that both might arrive', async () => {
    expect((await attempted({ messaging: { on: ['transient'], withinMs: HOUR_MS } })).marked).toBe(1);
    expect((await attempted({ messaging: { step: 1 } })).marked).toBe(0);
    expect((await attempted({})).marked).toBe(0);
  });
});
