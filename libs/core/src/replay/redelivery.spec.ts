import { describe, expect, it } from '@jest/globals';
import type { DeliveryStatus } from '../admin/read-store.port.js';
import { decide } from '../delivery/decide.js';
import { DELIVERY_STATES } from '../delivery/delivery.js';
import { countedBeforeLastAttempt, cancelRefusal, decideRedelivery } from './redelivery.js';

const STATUSES: readonly DeliveryStatus[] = [...DELIVERY_STATES, 'held'];

const plain = { nextStepTrigger: null, mergedInto: null };

describe('decideRedelivery', () => {
  it.each(['dead', 'unconfirmed', 'suppressed', 'cancelled'] as const)(
    'attempts the same delivery again if it is %s',
    (status) => {
      expect(decideRedelivery({ ...plain, status }, false)).toEqual({ kind: 'sameDelivery' });
      expect(decideRedelivery({ ...plain, status }, true)).toEqual({ kind: 'sameDelivery' });
    },
  );

  it('creates a new delivery if the first one succeeded, and only with force', () => {
    expect(decideRedelivery({ ...plain, status: 'succeeded' }, false)).toMatchObject({ kind: 'refused' });
    expect(decideRedelivery({ ...plain, status: 'succeeded' }, true)).toEqual({ kind: 'newDelivery' });
  });

  it.each(['dead', 'succeeded', 'suppressed'] as const)(
    'refuses a delivery that is %s if the next step of its fallback has started',
    (status) => {
      expect(decideRedelivery({ ...plain, status, nextStepTrigger: 'undelivered' }, true)).toMatchObject({
        ...{ kind: 'refused', code: 'nextStep' },
        reason: expect.stringContaining('(undelivered)'),
      });
    },
  );

  it.each(['scheduled', 'held', 'superseded', 'merged'] as const)(
    'refuses a delivery that is %s, with a reason',
    (status) => {
      expect(decideRedelivery({ ...plain, status }, true)).toMatchObject({
        ...{ kind: 'refused', code: status },
        reason: expect.stringMatching(/\.$/),
      });
    },
  );

  it('allows a single attempt: the next failure ends the delivery, regardless of earlier failures', () => {
    const scheduleMs = [0, 5_000, 60_000, 3_600_000];
    for (const countedAttempts of [0, 1, 3, 4, 9]) {
      const delivery = {
        ...{
          id: 'd',
          token: 't',
          retentionDays: 30 as const,
          attempts: countedAttempts,
          order: null,
          pendingSince: null,
          messaging: null,
        },
        countedAttempts: countedBeforeLastAttempt(countedAttempts, scheduleMs),
      };
      const attempted = {
        delivery,
        outcome: { kind: 'transient' as const, message: '503' },
        startedAt: 0,
        durationMs: 1,
      };
      expect(decide(attempted, { scheduleMs, onUnconfirmed: 'hold' }, 0, 0.5).delivery.state).toBe('dead');
    }
  });
});

describe('cancelRefusal', () => {
  it.each(STATUSES)('refuses a delivery that is %s and in flight', (status) => {
    expect(cancelRefusal({ status, inFlight: true })).toContain('being attempted');
  });

  it.each(STATUSES)('of a delivery that is %s and not in flight depends on its status', (status) => {
    const possible = ['scheduled', 'held', 'dead', 'unconfirmed'].includes(status);
    expect(cancelRefusal({ status, inFlight: false })).toEqual(possible ? null : expect.stringContaining(status));
  });
});
