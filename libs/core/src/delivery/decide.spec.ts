import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_RETRY_SCHEDULE_MS } from '../configuration/brand-definition.js';
import {
  decide,
  DEFAULT_THROTTLE_MS,
  MAX_RECIPIENT_THROTTLE_MS,
  MAX_RETRY_AFTER_MS,
  MAX_PENDING_MS,
  MAX_POLL_MS,
  MIN_THROTTLE_MS,
  INTERNAL_ERROR_DELAY_MS,
  POLL_RETRY_MS,
  MIN_POLL_MS,
  stateAfterStatusUpdate,
  THROTTLED_TOO_LONG,
  retryDelayMs,
} from './decide.js';
import type { DeliveryMessaging } from '../messaging/delivery-messaging.js';
import type { AttemptOutcome } from './delivery.js';

const NOW = 1_795_544_400_000;
const retrying = { scheduleMs: DEFAULT_RETRY_SCHEDULE_MS, onUnconfirmed: 'retry' } as const;
const delivery = {
  id: 'd',
  token: 't',
  retentionDays: 30,
  countedAttempts: 0,
  attempts: 0,
  order: null,
  pendingSince: null,
  messaging: null,
} as const;
/** Random number for which the jitter is 0. */
const MIDDLE = 0.5;

function after(outcome: AttemptOutcome, also: { countedAttempts?: number; attempts?: number; hold?: boolean } = {}) {
  const { hold = false, ...counts } = also;
  return decide(
    { delivery: { ...delivery, ...counts }, outcome, startedAt: NOW - 10, durationMs: 10 },
    hold ? { ...retrying, onUnconfirmed: 'hold' } : retrying,
    NOW,
    MIDDLE,
  );
}

describe('decide', () => {
  it('defers or ends a delivery by a messaging rule, without an attempt', () => {
    const withoutAttempt = { attempt: null, attempts: 1, countedAttempts: 1, errorKind: null };
    const counts = { attempts: 1, countedAttempts: 1 };
    expect(
      after({ kind: 'deferred', until: NOW + 5, message: 'quiet hours until then' }, counts).delivery,
    ).toMatchObject({
      ...{ ...withoutAttempt, state: 'scheduled', dueAt: NOW + 5, reason: 'quiet hours until then' },
    });
    for (const kind of ['suppressed', 'cancelled'] as const) {
      expect(after({ kind, message: 'why' }, counts).delivery).toMatchObject({
        ...withoutAttempt,
        state: kind,
        reason: 'why',
      });
    }
  });

  it('sets the fallback trigger by the final state of the delivery, not by its last outcome', () => {
    const messaging = { on: ['rejected', 'transient'], withinMs: 60_000 } as const;
    const ended = (outcome: AttemptOutcome, also: { countedAttempts?: number; pendingSince?: number } = {}) =>
      decide(
        { delivery: { ...delivery, messaging, ...also }, outcome, startedAt: NOW, durationMs: 1 },
        { ...retrying, scheduleMs: [0] },
        NOW,
        MIDDLE,
      ).delivery.messaging;
    expect(ended({ kind: 'rejected', message: 'm' })).toEqual({ until: NOW + 60_000, trigger: 'rejected' });
    expect(ended({ kind: 'transient', message: 'm' })).toEqual({ until: NOW + 60_000, trigger: 'transient' });
    expect(ended({ kind: 'accepted' })).toEqual({ until: NOW + 60_000 });
    // The vendor has reported no result for a day. The message may have been accepted, so the failed poll triggers no
    // fallback.
    const pendingSince = NOW - 48 * 3_600_000;
    expect(ended({ kind: 'transient', message: 'm' }, { pendingSince })).toEqual({ until: NOW + 60_000, lost: true });
  });

  it('delays only the delivery if the vendor throttles its recipient, for a day at most', () => {
    const slow = { kind: 'throttled', message: 'slow', retryAfterMs: 7_000, recipientOnly: true } as const;
    const first = after(slow);
    expect(first).toMatchObject({ effect: null, delivery: { state: 'scheduled', dueAt: NOW + 7_000 } });
    const since = { throttledSince: NOW, throttledUntil: NOW + 7_000 };
    expect(first.delivery).toMatchObject({ countedAttempts: 0, messaging: since });
    const later = (messaging: DeliveryMessaging, outcome: AttemptOutcome = slow) =>
      decide({ delivery: { ...delivery, messaging }, outcome, startedAt: NOW, durationMs: 1 }, retrying, NOW, MIDDLE)
        .delivery;
    expect(later({ throttledSince: NOW - MAX_RECIPIENT_THROTTLE_MS + 1 })).toMatchObject({
      ...{ state: 'scheduled', messaging: { throttledUntil: NOW + 7_000 } },
    });
    const tooLong = { throttledSince: NOW - MAX_RECIPIENT_THROTTLE_MS };
    expect(later(tooLong)).toMatchObject({ state: 'dead', reason: THROTTLED_TOO_LONG, errorKind: 'throttled' });
    // The destination was paused for an hour, in which nothing was sent.
    const paused = later({ ...tooLong, throttledUntil: NOW - 3_600_000 });
    expect(paused).toMatchObject({
      ...{ state: 'scheduled', messaging: { throttledSince: tooLong.throttledSince + 3_600_000 } },
    });
    expect(later({ ...tooLong, on: ['transient'], withinMs: 5 }).messaging).toMatchObject({ trigger: 'transient' });
    // The limit of a whole destination never ends its deliveries.
    expect(later(tooLong, { kind: 'throttled', message: 'slow' }).state).toBe('scheduled');
  });

  it('ends an accepted delivery, and records the vendor’s id', () => {
    const { delivery: decided, effect } = after({ kind: 'accepted', externalId: 'SM1', response: { status: 201 } });
    expect(decided).toMatchObject({ state: 'succeeded', externalId: 'SM1', dueAt: null, attempts: 1, errorKind: null });
    expect(decided.attempt).toMatchObject({
      number: 1,
      outcome: 'accepted',
      durationMs: 10,
      response: { status: 201 },
    });
    expect(effect).toBeNull();
  });

  it('retries a transient failure on the schedule, then ends the delivery as dead', () => {
    const decisions = [0, 1, 2, 3, 4, 5, 6].map((countedAttempts) =>
      after({ kind: 'transient', message: 'away' }, { countedAttempts }),
    );
    expect(decisions.map(({ delivery: decided }) => (decided.dueAt ?? 0) - NOW)).toEqual(
      DEFAULT_RETRY_SCHEDULE_MS.slice(1),
    );
    expect(decisions.every(({ delivery: decided }) => decided.state === 'scheduled')).toBe(true);
    const last = after({ kind: 'transient', message: 'away' }, { countedAttempts: 7 }).delivery;
    expect(last).toMatchObject({
      state: 'dead',
      reason: 'retries exhausted',
      countedAttempts: 8,
      errorKind: 'transient',
    });
  });

  it('waits at least as long as a transient failure requests', () => {
    const { delivery: decided } = after({ kind: 'transient', message: 'away', retryAfterMs: 60_000 });
    expect(decided.dueAt).toBe(NOW + 60_000);
  });

  it('waits after throttling without counting the attempt, and throttles the destination', () => {
    const throttled = after(
      { kind: 'throttled', message: 'slow', retryAfterMs: 7_000 },
      { countedAttempts: 3, attempts: 5 },
    );
    expect(throttled.delivery).toMatchObject({
      state: 'scheduled',
      dueAt: NOW + 7_000,
      countedAttempts: 3,
      attempts: 6,
    });
    expect(throttled.effect).toEqual({ kind: 'throttle', until: NOW + 7_000 });
    expect(after({ kind: 'throttled', message: 'slow' }).delivery.dueAt).toBe(NOW + DEFAULT_THROTTLE_MS);
    const forever = after({ kind: 'throttled', message: 'slow', retryAfterMs: Number.MAX_SAFE_INTEGER });
    expect(forever.delivery.dueAt).toBe(NOW + MAX_RETRY_AFTER_MS);
    const atOnce = after({ kind: 'throttled', message: 'slow', retryAfterMs: 0 });
    expect(atOnce.delivery.dueAt).toBe(NOW + MIN_THROTTLE_MS);
  });

  it('keeps a delivery whose destination has invalid credentials, and pauses the destination', () => {
    const { delivery: decided, effect } = after(
      { kind: 'credentials', message: 'the token was refused' },
      { countedAttempts: 2 },
    );
    expect(decided).toMatchObject({
      state: 'scheduled',
      dueAt: NOW,
      countedAttempts: 2,
      attempts: 1,
      errorKind: 'credentials',
    });
    expect(effect).toEqual({ kind: 'pause', reason: 'the token was refused', errorKind: 'credentials' });
  });

  it('ends a rejected delivery as dead, and pauses a destination that no longer exists at the vendor', () => {
    const rejected = after({ kind: 'rejected', message: 'no such number', vendorCode: '21211' });
    expect(rejected.delivery).toMatchObject({ state: 'dead', reason: 'rejected', attempt: { vendorCode: '21211' } });
    expect(rejected.effect).toBeNull();
    expect(after({ kind: 'rejected', message: 'gone', disableDestination: true }).effect).toEqual({
      kind: 'pause',
      reason: 'gone',
      errorKind: 'rejected',
    });
  });

  it('ends a delivery with an invalid message as dead', () => {
    expect(after({ kind: 'mapping', message: 'body: is required' }).delivery).toMatchObject({
      state: 'dead',
      reason: 'mapping',
    });
  });

  it('retries or holds an unconfirmed delivery by the policy', () => {
    expect(after({ kind: 'unconfirmed', message: 'no answer' }).delivery).toMatchObject({
      state: 'scheduled',
      dueAt: NOW + 5_000,
      countedAttempts: 1,
    });
    expect(after({ kind: 'unconfirmed', message: 'no answer' }, { hold: true }).delivery).toMatchObject({
      state: 'unconfirmed',
      dueAt: null,
      errorKind: 'unconfirmed',
    });
  });

  it('suppresses a delivery without a recipient, without an attempt', () => {
    expect(after({ kind: 'noRecipient', message: 'no phone' }).delivery).toMatchObject({
      state: 'suppressed',
      reason: 'no recipient',
      attempts: 0,
      attempt: null,
    });
  });

  it('ends a delivery whose answer was lost as succeeded after any status update', () => {
    const held = after({ kind: 'unconfirmed', message: 'lost' }, { hold: true }).delivery;
    expect([held.state, held.stateIfConfirmed]).toEqual(['unconfirmed', 'succeeded']);
    const exhausted = after({ kind: 'unconfirmed', message: 'lost' }, { countedAttempts: 7 }).delivery;
    expect([exhausted.state, exhausted.stateIfConfirmed]).toEqual(['dead', 'succeeded']);
    expect(after({ kind: 'rejected', message: 'no' }).delivery.stateIfConfirmed).toBeNull();
    const last = { errorKind: 'unconfirmed', lost: false } as const;
    expect(stateAfterStatusUpdate('unconfirmed', last)).toBe('succeeded');
    expect(stateAfterStatusUpdate('dead', last)).toBe('succeeded');
    expect(stateAfterStatusUpdate('dead', { errorKind: 'rejected', lost: false })).toBe('dead');
    expect(stateAfterStatusUpdate('cancelled', { ...last, lost: true })).toBe('cancelled');
    expect(after({ kind: 'confirmed', message: '' }).delivery).toMatchObject({ state: 'succeeded', attempt: null });
  });

  it('keeps the mark of a lost answer after later attempts fail', () => {
    const lost = after({ kind: 'unconfirmed', message: 'lost' }).delivery.messaging;
    expect(lost).toEqual({ lost: true });
    expect(after({ kind: 'unconfirmed', message: 'lost' }, { hold: true }).delivery.messaging).toEqual({ lost: true });
    const later = (outcome: AttemptOutcome) =>
      decide(
        {
          delivery: { ...delivery, countedAttempts: 7, attempts: 7, messaging: lost },
          outcome,
          startedAt: NOW,
          durationMs: 1,
        },
        retrying,
        NOW,
        MIDDLE,
      ).delivery;
    for (const kind of ['transient', 'rejected', 'mapping', 'unconfirmed'] as const) {
      expect(later({ kind, message: 'm' })).toMatchObject({
        state: 'dead',
        stateIfConfirmed: 'succeeded',
        messaging: null,
      });
    }
    for (const kind of ['throttled', 'credentials', 'internal_error'] as const) {
      expect(later({ kind, message: 'm' })).toMatchObject({ state: 'scheduled', messaging: null });
    }
    expect(later({ kind: 'accepted' })).toMatchObject({ state: 'succeeded', stateIfConfirmed: null });
    expect(stateAfterStatusUpdate('dead', { errorKind: 'rejected', lost: true })).toBe('succeeded');
  });

  it('ends an outdated delivery as superseded, without an attempt', () => {
    expect(after({ kind: 'superseded', message: 'newer' }).delivery).toMatchObject({
      state: 'superseded',
      attempts: 0,
      attempt: null,
    });
  });

  it('holds a message of a dissolved batch without an attempt, whatever the policy is', () => {
    const dissolved = after({ kind: 'dissolved', message: 'a member is missing' }, { attempts: 1, countedAttempts: 1 });
    expect(dissolved.delivery).toMatchObject({
      ...{ state: 'unconfirmed', stateIfConfirmed: 'succeeded', attempt: null, attempts: 1, countedAttempts: 1 },
      ...{ errorKind: 'unconfirmed', dueAt: null },
    });
  });

  it('holds an unconfirmed message that only a person may send again', () => {
    expect(after({ kind: 'unconfirmed', message: 'lost' }).delivery.state).toBe('scheduled');
    expect(after({ kind: 'unconfirmed', message: 'lost', isHeld: true }).delivery.state).toBe('unconfirmed');
  });

  it('records the batch of an attempt', () => {
    const batch = { id: 'b', index: 11, size: 75 };
    const attempted = { delivery, outcome: { kind: 'accepted' }, startedAt: NOW, durationMs: 1, batch } as const;
    expect(decide(attempted, retrying, NOW, MIDDLE).delivery.attempt?.batch).toEqual(batch);
    expect(after({ kind: 'accepted' }).delivery.attempt?.batch).toBeNull();
  });

  it('blocks later deliveries of a key only with the policy block, and only after a failure', () => {
    const blocks = (outcome: AttemptOutcome, policy: 'skip' | 'block' | 'supersede', hold = false): boolean =>
      decide(
        { delivery: { ...delivery, countedAttempts: 7, order: { policy } }, outcome, startedAt: NOW, durationMs: 1 },
        hold ? { ...retrying, onUnconfirmed: 'hold' } : retrying,
        NOW,
        MIDDLE,
      ).delivery.blocks;
    const rejected = { kind: 'rejected', message: 'no' } as const;
    expect(blocks(rejected, 'block')).toBe(true);
    expect(blocks({ kind: 'transient', message: 'exhausted' }, 'block')).toBe(true);
    expect(blocks({ kind: 'unconfirmed', message: 'held' }, 'block', true)).toBe(true);
    expect(blocks(rejected, 'skip') || blocks(rejected, 'supersede')).toBe(false);
    expect(blocks({ kind: 'accepted' }, 'block') || blocks({ kind: 'noRecipient', message: '' }, 'block')).toBe(false);
  });

  it('does not block after a fallback step has taken over, because nobody can redeliver the delivery', () => {
    const blocks = (on: readonly ('rejected' | 'undelivered')[]): boolean =>
      decide(
        {
          delivery: { ...delivery, order: { policy: 'block' }, messaging: { on, withinMs: 1 } },
          ...{ outcome: { kind: 'rejected', message: 'no' }, startedAt: NOW, durationMs: 1 },
        },
        retrying,
        NOW,
        MIDDLE,
      ).delivery.blocks;
    expect([blocks(['rejected']), blocks(['undelivered'])]).toEqual([false, true]);
  });

  describe('for a pending message', () => {
    const polled = (outcome: AttemptOutcome, sinceMs = 60_000, onUnconfirmed: 'retry' | 'hold' = 'hold') =>
      decide(
        {
          delivery: { ...delivery, countedAttempts: 1, attempts: 2, pendingSince: NOW - sinceMs },
          outcome,
          startedAt: NOW - 10,
          durationMs: 10,
        },
        { ...retrying, onUnconfirmed },
        NOW,
        MIDDLE,
      );
    const pending = { kind: 'pending', message: 'later', externalId: 'file-1', pollAfterMs: 30_000 } as const;

    it('records the attempt without counting it, and polls at the requested time, within bounds', () => {
      expect(after(pending, { countedAttempts: 1, attempts: 1 }).delivery).toMatchObject({
        state: 'scheduled',
        dueAt: NOW + 30_000,
        pendingSince: NOW,
        externalId: 'file-1',
        countedAttempts: 1,
        attempts: 2,
        errorKind: null,
        attempt: { outcome: 'accepted', number: 2 },
      });
      expect(after({ ...pending, pollAfterMs: 0 }).delivery.dueAt).toBe(NOW + MIN_POLL_MS);
      expect(after({ ...pending, pollAfterMs: Number.MAX_VALUE }).delivery.dueAt).toBe(NOW + MAX_POLL_MS);
    });

    it('polls again without an attempt while the message is still pending', () => {
      expect(polled(pending).delivery).toMatchObject({
        state: 'scheduled',
        dueAt: NOW + 30_000,
        pendingSince: NOW - 60_000,
        countedAttempts: 1,
        attempts: 2,
        attempt: null,
      });
    });

    it('ends by the result of the vendor', () => {
      expect(polled({ kind: 'accepted' }).delivery).toMatchObject({ state: 'succeeded', attempts: 2, attempt: null });
      expect(polled({ kind: 'rejected', message: 'discarded' }).delivery).toMatchObject({
        state: 'dead',
        reason: 'rejected',
        attempt: { number: 3, outcome: 'rejected' },
      });
    });

    it.each(['transient', 'unconfirmed', 'throttled', 'internal_error'] as const)(
      'never sends again after a failed poll: %s',
      (kind) => {
        const { delivery: decided, effect } = polled({ kind, message: 'away', retryAfterMs: 90_000 }, 60_000, 'retry');
        expect(decided).toMatchObject({
          state: 'scheduled',
          countedAttempts: 1,
          pendingSince: NOW - 60_000,
          attempt: null,
        });
        expect(decided.dueAt).toBe(NOW + 90_000);
        expect(effect?.kind).toBe(kind === 'throttled' ? 'throttle' : undefined);
        const withoutRetryAfter = polled({ kind, message: 'away' }).delivery;
        expect(withoutRetryAfter.dueAt).toBe(NOW + POLL_RETRY_MS);
      },
    );

    it('stays pending until the credentials are fixed', () => {
      const { delivery: decided, effect } = polled({ kind: 'credentials', message: 'refused' });
      expect(decided).toMatchObject({ state: 'scheduled', pendingSince: NOW - 60_000, countedAttempts: 1 });
      expect(effect).toEqual({ kind: 'pause', reason: 'refused', errorKind: 'credentials' });
    });

    it('treats a day without a result as a lost answer: holds or retries by the policy', () => {
      const transient = { kind: 'transient', message: 'away' } as const;
      for (const outcome of [pending, transient]) {
        expect(polled(outcome, MAX_PENDING_MS).delivery).toMatchObject({
          state: 'unconfirmed',
          pendingSince: null,
        });
        expect(polled(outcome, MAX_PENDING_MS, 'retry').delivery).toMatchObject({
          state: 'scheduled',
          pendingSince: null,
          countedAttempts: 2,
        });
      }
      expect(polled({ kind: 'accepted' }, 2 * MAX_PENDING_MS).delivery.state).toBe('succeeded');
    });

    it.each(['internal_error', 'throttled'] as const)(
      'stays pending for any time if the vendor could not be polled: %s',
      (kind) => {
        for (const policy of ['retry', 'hold'] as const) {
          const { delivery: decided } = polled({ kind, message: 'not now' }, 2 * MAX_PENDING_MS, policy);
          expect(decided).toMatchObject({
            state: 'scheduled',
            dueAt: NOW + POLL_RETRY_MS,
            pendingSince: NOW - 2 * MAX_PENDING_MS,
            countedAttempts: 1,
            attempt: null,
          });
        }
      },
    );
  });

  it('counts no attempt for an internal error', () => {
    expect(
      after({ kind: 'internal_error', message: 'database away' }, { countedAttempts: 4, attempts: 6 }).delivery,
    ).toMatchObject({
      state: 'scheduled',
      dueAt: NOW + INTERNAL_ERROR_DELAY_MS,
      countedAttempts: 4,
      attempts: 6,
      attempt: null,
    });
  });

  it('spreads retries by 20 % in both directions', () => {
    expect(retryDelayMs([0, 1_000], 1, 0)).toBe(800);
    expect(retryDelayMs([0, 1_000], 1, 0.999_999)).toBe(1_200);
    expect(retryDelayMs([0, 1_000], 2, 0.5)).toBeNull();
  });

  it('either ends a delivery or sets its due time, for every outcome', () => {
    const kinds = [
      'accepted',
      'noRecipient',
      'internal_error',
      'mapping',
      'rejected',
      'credentials',
      'throttled',
      'unconfirmed',
      'transient',
    ] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.nat(20),
        fc.option(fc.double()),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.boolean(),
        (kind, countedAttempts, retryAfterMs, random, hold) => {
          const outcome: AttemptOutcome =
            kind === 'accepted' ? { kind } : { kind, message: 'x', ...(retryAfterMs === null ? {} : { retryAfterMs }) };
          const { delivery: decided } = decide(
            { delivery: { ...delivery, countedAttempts }, outcome, startedAt: NOW, durationMs: 1 },
            { ...retrying, onUnconfirmed: hold ? 'hold' : 'retry' },
            NOW,
            random,
          );
          expect(decided.state === 'scheduled').toBe(decided.dueAt !== null);
          if (decided.dueAt !== null) {
            expect(decided.dueAt).toBeGreaterThanOrEqual(NOW);
            expect(decided.dueAt).toBeLessThanOrEqual(NOW + MAX_RETRY_AFTER_MS);
          }
        },
      ),
      { verbose: true },
    );
  });
});
