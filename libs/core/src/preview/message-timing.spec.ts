import { describe, expect, it } from '@jest/globals';
import type { MessagingRecord } from '../configuration/configuration-snapshot.js';
import { messageTiming, type TimedMessage } from './message-timing.js';

const NOW = Date.parse('2026-03-01T20:00:00Z');
const MINUTE = 60_000;
const rules = (also: Partial<MessagingRecord>): MessagingRecord => ({ purpose: 'promotional', fallback: [], ...also });

function timing(also: Partial<TimedMessage> = {}) {
  const { outcome, at, steps } = messageTiming({
    ...{ now: NOW, pausedReason: null, delayMs: 0, customerId: '7', messaging: null, zone: 'UTC' },
    ...{ needsConsent: false, cap: null, contactInterval: null, quota: null, ...also },
  });
  return {
    outcome,
    at: at === null ? null : new Date(at).toISOString(),
    steps: steps.map(({ rule, message }) => `${rule}: ${message}`),
  };
}

describe('messageTiming', () => {
  it('sends at once without rules', () => {
    expect(timing()).toEqual({ outcome: 'now', at: '2026-03-01T20:00:00.000Z', steps: [] });
  });

  it('waits for the digest, and then for the end of quiet hours in the zone', () => {
    const messaging = rules({ digestMs: 90 * MINUTE, quietHours: { from: '21:00', to: '09:00' } });
    expect(timing({ messaging })).toEqual({
      outcome: 'later',
      at: '2026-03-02T09:00:00.000Z',
      steps: [
        'digest: collects events of the customer for 90m',
        'quietHours: quiet hours until 2026-03-02T09:00+00:00',
      ],
    });
    expect(timing({ messaging, zone: 'America/New_York' })).toMatchObject({ at: '2026-03-01T21:30:00.000Z' });
    // A digest has one customer, so an event without a customer does not wait.
    expect(timing({ messaging, customerId: null })).toMatchObject({ outcome: 'now' });
  });

  it('adds the delays of the destination and the subscription', () => {
    expect(timing({ delayMs: 5_000, messaging: rules({ sendAfterMs: MINUTE }) })).toEqual({
      outcome: 'later',
      at: '2026-03-01T20:01:05.000Z',
      steps: ['delay: the destination waits 5s before the first attempt', 'sendAfter: sent 1m after the event'],
    });
  });

  it('suppresses a message that would expire in quiet hours', () => {
    const messaging = rules({ quietHours: { from: '19:00', to: '09:00' }, expireAfterMs: 60 * MINUTE });
    expect(timing({ messaging })).toMatchObject({ outcome: 'suppressed', at: null });
    expect(timing({ messaging: { ...messaging, expireAfterMs: 24 * 60 * MINUTE } })).toMatchObject({
      outcome: 'later',
    });
  });

  it('suppresses a message over the cap', () => {
    const cap = { key: 'k', channel: 'sms', max: 3, perMs: 86_400_000 } as const;
    expect(timing({ cap: { ...cap, used: 3 } })).toEqual({
      outcome: 'suppressed',
      at: null,
      steps: ['cap: cap: 3 sms per 1d, this would be number 4'],
    });
    expect(timing({ cap: { ...cap, used: 2 } })).toMatchObject({ outcome: 'now', steps: [] });
  });

  it('shows the contact interval and the quota of the destination', () => {
    const contactInterval = { perMs: 30 * 24 * 60 * MINUTE, used: 1 };
    expect(timing({ contactInterval })).toEqual({
      outcome: 'suppressed',
      at: null,
      steps: ['contactInterval: contact interval: 1 message per 30d, the customer has had one'],
    });
    expect(timing({ contactInterval: { ...contactInterval, used: 0 } })).toMatchObject({ outcome: 'now', steps: [] });
    const end = Date.parse('2026-03-02T00:00:00Z');
    const quota = { max: 5, perMs: 24 * 60 * MINUTE, excess: 'wait' as const, used: 5, end, zone: 'UTC' };
    expect(timing({ quota })).toEqual({
      outcome: 'later',
      at: '2026-03-02T00:00:00.000Z',
      steps: ['quota: quota: 5 per 1d, waits until 2026-03-02T00:00+00:00'],
    });
    expect(timing({ quota: { ...quota, excess: 'suppress' } })).toMatchObject({ outcome: 'suppressed' });
    expect(timing({ quota: { ...quota, used: 4 } })).toMatchObject({ outcome: 'now' });
    expect(timing({ quota, delayMs: 5 * 60 * MINUTE })).toMatchObject({ at: '2026-03-02T01:00:00.000Z' });
  });

  it('holds a message of a paused destination, and names what is only known later', () => {
    const messaging = rules({ cancelOn: { events: ['pointsReversed'] } });
    expect(timing({ pausedReason: 'vendor moves', needsConsent: true, messaging })).toEqual({
      outcome: 'held',
      at: null,
      steps: [
        'paused: vendor moves',
        'cancelOn: not sent if pointsReversed arrives before',
        'consent: sent only if the customer has consented, which is checked then',
      ],
    });
  });
});
