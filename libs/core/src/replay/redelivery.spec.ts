import { describe, expect, it } from '@jest/globals';
import type { DeliveryStatus } from '../admin/read-store.port.js';
import { decide } from '../delivery/decide.js';
import { DELIVERY_STATES } from '../delivery/delivery.js';
import { countedBeforeLastAttempt, cancelRefusal, decideRedelivery } from './redelivery.js';

const STATUSES: readonly DeliveryStatus[] = [...DELIVERY_STATES, 'held'];

const plain = { nextStepTrigger: null, mergedInto: null };

describe('one more attempt that a person asks for', () => {
  it.each(['dead', 'unconfirmed', 'suppressed', 'cancelled'] as const)(
    'is of the same delivery where it is %s',
    (status) => {
      expect(decideRedelivery({ ...plain, status }, false)).toEqual({ kind: 'sameDelivery' });
      expect(decideRedelivery({ ...plain, status }, true)).toEqual({ kind: 'sameDelivery' });
    },
  );

  it('is a delivery of its own where the vendor took the first, and only by force', () => {
    expect(decideRedelivery({ ...plain, status: 'succeeded' }, false)).toMatchObject({ kind: 'refused' });
    expect(decideRedelivery({ ...plain, status: 'succeeded' }, true)).toEqual({ kind: 'newDelivery' });
  });

  it.each(['dead', 'succeeded', 'suppressed'] as const)(
    'is refused where the next step of its fallback took over from one that is %s',
    (status) => {
      expect(decideRedelivery({ ...plain, status, nextStepTrigger: 'undelivered' }, true)).toMatchObject({
        kind: 'refused',
        reason: expect.stringContaining('(undelivered)'),
      });
    },
  );

  it.each(['scheduled', 'held', 'superseded', 'merged'] as const)(
    'is refused with a reason where it is %s',
    (status) => {
      expect(decideRedelivery({ ...plain, status }, true)).toMatchObject({
        kind: 'refused',
        reason: expect.stringMatching(/\.$/),
      });
    },
  );

  it('is one: whatever failed so far, the next failure ends it', () => {
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

describe('a cancellation', () => {
  it.each(STATUSES)('of one that is %s and in flight waits for its outcome', (status) => {
    expect(cancelRefusal({ status, inFlight: true })).toContain('being attempted');
  });

  it.each(STATUSES)('of one that is %s', (status) => {
    const possible = ['scheduled', 'held', 'dead', 'unconfirmed'].includes(status);
    expect(cancelRefusal({ status, inFlight: false })).toEqual(possible ? null : expect.stringContaining(status));
  });
});
