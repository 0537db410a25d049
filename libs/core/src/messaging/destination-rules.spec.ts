import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryMessagingStore } from '../testing/memory-messaging-store.js';
import { DestinationRules, type RuledMessage } from './destination-rules.js';

const NOW = Date.parse('2026-03-01T10:00:00Z');
const DAY = 86_400_000;

describe('DestinationRules', () => {
  let now = NOW;
  let store = new MemoryMessagingStore();
  let rules = new DestinationRules(store, { now: () => now });
  beforeEach(() => {
    now = NOW;
    store = new MemoryMessagingStore();
    rules = new DestinationRules(store, { now: () => now });
  });

  const message = (
    id: string,
    also: Partial<Omit<RuledMessage, 'delivery'>> & { readonly attempts?: number } = {},
  ): RuledMessage => {
    const { attempts = 0, ...others } = also;
    return {
      delivery: { id, token: 't', retentionDays: 30, destinationId: 'survey', attempts },
      ...{ customerKey: '7', purpose: 'promotional', quotaExcess: 'suppress', zone: 'Asia/Dubai' },
      rules: {},
      ...others,
    };
  };

  describe('contact interval', () => {
    const interval = { rules: { contactIntervalMs: 30 * DAY } };

    it('allows one message per customer and period', async () => {
      expect(await rules.stop(message('a', interval))).toBeNull();
      expect(await rules.stop(message('b', interval))).toEqual({
        kind: 'suppressed',
        message: 'contact interval: 1 message per 30d, the customer has had one',
      });
      expect(await rules.stop(message('c', { ...interval, customerKey: '8' }))).toBeNull();
      now += 30 * DAY;
      expect(await rules.stop(message('d', interval))).toBeNull();
    });

    it('does not stop a retry, a message without a customer, or a transactional message', async () => {
      await rules.stop(message('a', interval));
      expect(await rules.stop(message('a', { ...interval, attempts: 1 }))).toBeNull();
      expect(await rules.stop(message('b', { ...interval, customerKey: null }))).toBeNull();
      expect(await rules.stop(message('c', { ...interval, purpose: 'transactional' }))).toBeNull();
    });
  });

  describe('quota', () => {
    const quota = { max: 1, perMs: DAY };

    it('suppresses the surveys over it, and delays other messages to the next period', async () => {
      expect(await rules.stop(message('a', { rules: { quota } }))).toBeNull();
      expect(await rules.stop(message('b', { rules: { quota } }))).toEqual({
        kind: 'suppressed',
        message: 'quota: 1 per 1d is used up',
      });
      expect(await rules.stop(message('c', { rules: { quota }, quotaExcess: 'wait' }))).toEqual({
        kind: 'deferred',
        until: Date.parse('2026-03-01T20:00:00Z'),
        message: 'quota: 1 per 1d, waits until 2026-03-02T00:00+04:00',
      });
    });

    it('follows excess', async () => {
      await rules.stop(message('a', { rules: { quota } }));
      const waits = { quota: { ...quota, excess: 'wait' as const } };
      expect(await rules.stop(message('b', { rules: waits }))).toMatchObject({ kind: 'deferred' });
    });

    it('remembers a used-up period until its end or a change of the quota, except for deliveries with a place', async () => {
      const sms = { rules: { quota }, quotaExcess: 'wait' as const };
      expect(await rules.usedUp(message('a', sms))).toBeNull();
      await rules.stop(message('a', sms));
      expect(await rules.usedUp(message('b', sms))).toBeNull();
      await rules.stop(message('b', sms));
      expect(await rules.usedUp(message('c', sms))).toMatchObject({ kind: 'deferred' });
      // The delivery has a place, although its worker died before the message was sent.
      expect(await rules.usedUp(message('a', sms))).toBeNull();
      expect(await rules.usedUp(message('c', { ...sms, rules: { quota: { ...quota, max: 2 } } }))).toBeNull();
      expect(await rules.usedUp(message('c', { ...sms, rules: { quota: { ...quota, perMs: DAY / 4 } } }))).toBeNull();
      expect(await rules.usedUp(message('c', { ...sms, zone: 'America/New_York' }))).toBeNull();
      now = Date.parse('2026-03-01T20:00:00Z');
      expect(await rules.usedUp(message('c', sms))).toBeNull();
      expect(await rules.stop(message('c', sms))).toBeNull();
    });

    it('counts a message once, and none that the contact interval suppresses', async () => {
      const both = { rules: { quota: { max: 2, perMs: DAY }, contactIntervalMs: DAY } };
      await rules.stop(message('a', both));
      await rules.stop(message('a', { ...both, attempts: 1 }));
      expect(await rules.stop(message('b', both))).toMatchObject({ kind: 'suppressed' });
      expect(await rules.stop(message('c', { ...both, customerKey: '8' }))).toBeNull();
    });
  });
});
