import { describe, expect, it, jest } from '@jest/globals';
import type { MessagingChannel } from '@patchbay/plugin-sdk';
import type { MessageCaps } from '../configuration/brand-definition.js';
import type { BrandRecord, MessagingRecord } from '../configuration/configuration-snapshot.js';
import { CustomerLookups } from '../delivery/customer-lookups.js';
import type { AttemptOutcome, ClaimedDelivery, ClaimedEvent } from '../delivery/delivery.js';
import type { DeliverRequest } from '../delivery/destination-gateway.port.js';
import { MappingCache } from '../delivery/build-message.js';
import { uuidV7 } from '../ids.js';
import type { Recipient } from '../delivery/recipient.js';
import { attemptOnce } from '../testing/attempt-once.js';
import {
  brandRecord,
  configurationRecords,
  simpleAdapter,
  subscriptionRecord,
} from '../testing/configuration-builder.js';
import { MemoryMessagingStore } from '../testing/memory-messaging-store.js';
import type { DeliveryMessaging } from './delivery-messaging.js';
import { MessagePolicy } from './rules.js';

/** 02:30 in Dubai, which is 22:30 in London on the previous day. */
const NIGHT = Date.parse('2026-01-15T22:30:00Z');
const HOUR_MS = 3_600_000;
const QUIET = { from: '21:00', to: '09:00' };
const MAPPING = {
  to: '{{ recipient.phone }}',
  count: '{{ digest.count }}',
  points: '{% for one in digest.events %}{{ one.data.points }}{{ one.enriched.profile.name }} {% endfor %}',
};

interface Given {
  readonly rules?: Partial<MessagingRecord>;
  readonly messaging?: DeliveryMessaging;
  readonly caps?: MessageCaps;
  readonly consent?: Readonly<Record<string, string>>;
  readonly transactionalConsent?: Readonly<Record<string, string>>;
  readonly recipient?: Recipient;
  readonly channel?: MessagingChannel | null;
  readonly ageMs?: number;
  readonly customerId?: string | null;
  /** Key that the source picked. The customer id by default. */
  readonly customerKey?: string;
  readonly data?: ClaimedEvent['data'];
  readonly enrich?: readonly string[];
  readonly store?: MemoryMessagingStore;
  readonly now?: number;
}

const eventAt = (at: number, also: Partial<ClaimedEvent> = {}): ClaimedEvent => ({
  ...{ id: uuidV7(at), type: 'pointsIssued', sourceId: 'source-1', customerId: '7', occurredAt: at, receivedAt: at },
  customerKey: also.customerId === undefined ? '7' : also.customerId,
  ...{ data: { points: 5, bill: 'b1' }, sealed: null },
  ...also,
});

/** Makes one attempt of a delivery under the given messaging rules. */
async function attempted(given: Given) {
  const {
    rules: givenRules,
    messaging = null,
    store = new MemoryMessagingStore(),
    now = NIGHT,
    channel = 'sms',
    customerId = '7',
  } = given;
  const sent: DeliverRequest[] = [];
  let resolved = 0;
  let marked = 0;
  const rules = givenRules === undefined ? null : { purpose: 'promotional' as const, fallback: [], ...givenRules };
  const version = subscriptionRecord({ mapping: MAPPING, messaging: rules, enrich: given.enrich ?? [] });
  const brand: BrandRecord = {
    ...brandRecord(),
    timezone: 'Asia/Dubai',
    ...(given.caps && { caps: given.caps }),
    lookups: {
      ...(given.consent && { consent: given.consent }),
      ...(given.transactionalConsent && { transactionalConsent: given.transactionalConsent }),
    },
  };
  const at = now - (given.ageMs ?? 1_000);
  const delivery: ClaimedDelivery = {
    ...{ id: uuidV7(at), token: 't', retentionDays: 30, brandId: 'brand-1', destinationId: 'destination-1' },
    ...{
      destinationVersion: 1,
      pauseSeq: 0,
      subscriptionId: 'subscription-1',
      subscriptionVersionId: version.id,
      countedAttempts: 0,
    },
    ...{ attempts: 0, order: null, pendingSince: null, externalId: null, confirmed: false, outdated: false },
    ...{ undecided: false, messaging },
    event: eventAt(at, {
      ...{ customerId, customerKey: given.customerKey ?? customerId },
      ...(given.data && { data: given.data }),
    }),
  };
  const outcome = await attemptOnce({
    delivery,
    records: configurationRecords({ brands: [brand], subscriptions: [version] }),
    adapter: { ...simpleAdapter, referencesOf: (_type, data) => [JSON.stringify(data['bill'])] },
    gateway: {
      facts: (type) => ({
        ...{ type, messaging: channel, quotaExcess: 'wait', limits: () => ({}), idempotent: () => true },
        ...{ hasStatusCallback: false, addressPathsOf: () => [], batch: () => undefined },
        preset: () => undefined,
      }),
      checkMessage: () => [],
      checkCredentials: () => [],
      checkSettings: () => [],
      deliverBatch: () => Promise.reject(new Error('The destination has no batches.')),
      deliver: (request) => {
        sent.push(request);
        return Promise.resolve({ kind: 'accepted' });
      },
      poll: () => Promise.resolve({ kind: 'accepted' }),
    },
    mappings: new MappingCache({ subscriptionVersions: () => Promise.resolve([version]) }),
    lookups: new CustomerLookups(
      {
        enrich: (_names, { data }) =>
          Promise.resolve({ enriched: { profile: { name: `n${JSON.stringify(data['points'])}` } }, recipient: {} }),
      },
      {
        resolve: () => {
          resolved += 1;
          return Promise.resolve(given.recipient ?? { phone: '+15005550006' });
        },
      },
    ),
    policy: new MessagePolicy(store, { now: () => now }),
    onMark: () => {
      marked += 1;
    },
  });
  return { outcome, message: sent[0]?.message, resolved, marked, store };
}

describe('a message without rules', () => {
  it('is sent during the night, as a digest of one event', async () => {
    expect(await attempted({})).toMatchObject({ outcome: { kind: 'accepted' }, message: { count: 1, points: '5 ' } });
  });
});

describe('expireAfter', () => {
  it('suppresses an older message before the recipient is resolved', async () => {
    const { outcome, resolved } = await attempted({ rules: { expireAfterMs: HOUR_MS }, ageMs: HOUR_MS + 1 });
    expect([outcome, resolved]).toEqual([{ kind: 'suppressed', message: 'expired' }, 0]);
    expect((await attempted({ rules: { expireAfterMs: HOUR_MS }, ageMs: HOUR_MS })).outcome.kind).toBe('accepted');
  });

  it('counts from the newest event of a closed digest', async () => {
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

  it('cancels a message if an event of the same customer has the same reference', async () => {
    const { outcome } = await attempted({ rules, store: withCancellingEvent({ id: 'cancelling' }) });
    expect(outcome).toEqual({ kind: 'cancelled', message: 'cancelled by pointsReversed cancelling' });
  });

  it.each([
    ['has another reference', { data: { bill: 'b2' } }],
    ['has another customer', { customerId: '8' }],
    ['occurred earlier', { occurredAt: NIGHT - HOUR_MS }],
    ['has another type', { type: 'pointsRedeemed' }],
  ])('does not cancel a message if the event %s', async (_difference, also) => {
    expect((await attempted({ rules, store: withCancellingEvent(also) })).outcome.kind).toBe('accepted');
  });

  it('cancels a message if the event has one of the ids of the customer', async () => {
    for (const [customerKey, customerId] of [
      ['+15005550006', null],
      ['7', '7'],
    ] as const) {
      const store = withCancellingEvent({ id: 'cancelling', customerKey, customerId });
      expect((await attempted({ rules, store, customerKey: '+15005550006' })).outcome.kind).toBe('cancelled');
    }
  });

  it('reads the reference from the path that the rule names', async () => {
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

  it("defer a message to their end in the recipient's time zone, else in the brand's", async () => {
    const recipientIn = (zone: string): Recipient => ({ phone: '+15005550006', timezone: zone });
    expect((await attempted({ rules, recipient: recipientIn('Europe/London') })).outcome).toEqual({
      ...{ kind: 'deferred', until: Date.parse('2026-01-16T09:00:00Z') },
      message: 'quiet hours until 2026-01-16T09:00+00:00',
    });
    expect((await attempted({ rules, recipient: recipientIn('Mars/Base') })).outcome).toMatchObject({
      message: 'quiet hours until 2026-01-16T09:00+04:00',
    });
    expect((await attempted({ rules, recipient: recipientIn('America/New_York') })).outcome.kind).toBe('accepted');
  });

  it('are checked before a digest is closed and before a slot is taken', async () => {
    const store = new MemoryMessagingStore();
    store.waiting = [{ id: 'd2', event: eventAt(NIGHT) }];
    const caps = { sms: { max: 1, perMs: HOUR_MS } };
    await attempted({ rules: { ...rules, digestMs: 1 }, caps, store });
    expect([store.ended, store.slots.size]).toEqual([[], 0]);
  });

  it('and the age limit do not apply to a redelivered message', async () => {
    const also = { rules: { ...rules, expireAfterMs: 1 }, messaging: { redelivered: true } };
    expect((await attempted(also)).outcome.kind).toBe('accepted');
  });
});

describe('digest', () => {
  const rules = { digestMs: 600_000, expireAfterMs: HOUR_MS };
  const second = eventAt(NIGHT - 500, { data: { points: 7, bill: 'b2' } });

  it('merges waiting deliveries, and ends expired and cancelled deliveries by their own rule', async () => {
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

  it('keeps its members on a retry, each event with its own enrichment data', async () => {
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

  it('reads the consent from its newest event, regardless of the delivery that carries the digest', async () => {
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

  it('searches once for an event that cancels any member, and per member only if one was found', async () => {
    const searches = async (bill: string): Promise<[searches: number, states: readonly string[]]> => {
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
    // There is one search for the message itself and one search for its four members. A member never cancels itself.
    expect(await searches('b9')).toEqual([2, ['merged', 'merged', 'merged', 'merged']]);
    expect(await searches('b4')).toEqual([6, ['merged', 'merged', 'cancelled', 'merged']]);
  });

  it('is not sent if the lease was lost', async () => {
    const store = new MemoryMessagingStore();
    store.leaseLost = true;
    expect((await attempted({ rules, store })).outcome.kind).toBe('internal_error');
  });

  it.each([
    ['without a customer', { customerId: null }],
    ['that is a fallback step', { messaging: { step: 1 } }],
    ['that a person redelivered', { messaging: { redelivered: true } }],
  ])('merges no deliveries into a message %s', async (_message, also) => {
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

  it('allow a maximum number of messages; the reason says the number of the suppressed message', async () => {
    const store = new MemoryMessagingStore();
    expect((await attempted({ caps, store })).outcome.kind).toBe('accepted');
    expect((await attempted({ caps, store, ageMs: 2_000 })).outcome).toEqual({
      ...{ kind: 'suppressed', message: 'cap: 1 sms per 1d, this would be number 2' },
    });
    expect((await attempted({ caps, store, customerId: '8' })).outcome.kind).toBe('accepted');
  });

  it('count the messages of an event without an id of the platform by the key that the source picked', async () => {
    const store = new MemoryMessagingStore();
    const keyed = { caps, store, customerKey: '+15005550006' };
    expect((await attempted({ ...keyed, customerId: null })).outcome.kind).toBe('accepted');
    expect((await attempted({ ...keyed, customerId: null, ageMs: 2_000 })).outcome.kind).toBe('suppressed');
    expect((await attempted({ ...keyed, customerId: '8', ageMs: 3_000 })).outcome.kind).toBe('suppressed');
  });

  it.each([
    ['is transactional', { rules: { purpose: 'transactional' as const } }],
    ['has another channel', { channel: 'email' as const }],
    ['has no channel', { channel: null }],
    ['has no customer', { customerId: null }],
  ])('do not count a message that %s', async (_message, also) => {
    const store = new MemoryMessagingStore();
    await attempted({ caps, store, ...also });
    await attempted({ caps, store, ageMs: 2_000, ...also });
    expect(store.slots.size).toBe(0);
  });

  it('give no slot to a message without consent, and apply to a redelivered message', async () => {
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

describe('purpose', () => {
  it('requires consent if it is promotional', async () => {
    const consent = { sms: '{{ recipient.smsOptIn }}' };
    expect((await attempted({ consent, rules: {} })).outcome.kind).toBe('noConsent');
    expect((await attempted({ consent, rules: { purpose: 'transactional' } })).outcome.kind).toBe('accepted');
  });

  it('requires consent of its own if it is transactional and the brand has a rule', async () => {
    const transactionalConsent = { sms: "{{ data.state | default: 'OPTIN' }}" };
    const made = async (purpose: 'promotional' | 'transactional', state?: string): Promise<string> =>
      (await attempted({ transactionalConsent, rules: { purpose }, ...(state && { data: { state } }) })).outcome.kind;
    expect(await made('transactional')).toBe('accepted');
    expect(await made('transactional', 'OPTOUT')).toBe('noConsent');
    expect(await made('promotional', 'OPTOUT')).toBe('accepted');
  });
});

describe('fallback', () => {
  it('marks a delivery as being sent before the vendor is called, so that a lost answer is noticed after a crash', async () => {
    expect((await attempted({ messaging: { on: ['transient'], withinMs: HOUR_MS } })).marked).toBe(1);
    expect((await attempted({ messaging: { step: 1 } })).marked).toBe(0);
    expect((await attempted({})).marked).toBe(0);
  });
});
