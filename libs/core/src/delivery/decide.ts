import { DELIVERY_ERROR_KINDS, type DeliveryErrorKind } from '@patchbay/plugin-sdk';
import type { RetryPolicy } from '../configuration/brand-definition.js';
import { messagingAfter, NO_RECIPIENT } from '../messaging/fallback.js';
import type { AttemptOutcome, AttemptRecord, ClaimedDelivery, DeliveryDecision, DeliveryState } from './delivery.js';

/** The destination's rules for failures, defaults filled in. */
export interface EffectiveRetryPolicy {
  readonly scheduleMs: RetryPolicy['scheduleMs'];
  readonly onUnconfirmed: 'retry' | 'hold';
}

/** Outcome of an attempt, with its times. */
export interface AttemptedDelivery {
  readonly delivery: Pick<
    ClaimedDelivery,
    'id' | 'token' | 'retentionDays' | 'countedAttempts' | 'attempts' | 'order' | 'pendingSince' | 'messaging'
  >;
  readonly outcome: AttemptOutcome;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
}

/** What follows for the destination as a whole. */
export type DestinationEffect =
  /** Its deliveries are held until a person acts. */
  | { readonly kind: 'pause'; readonly reason: string; readonly errorKind: DeliveryErrorKind }
  /** Nothing is sent to it before `until`, in milliseconds since the epoch. */
  | { readonly kind: 'throttle'; readonly until: number };

/** Decision about a delivery after an attempt, and about its destination. */
export interface Decision {
  readonly delivery: DeliveryDecision;
  readonly effect: DestinationEffect | null;
}

/** Patience where a vendor throttles without saying for how long. */
export const DEFAULT_THROTTLE_MS = 30_000;
/** The least patience with a vendor that throttles: one that says "in 0 seconds" would be asked without a pause. */
export const MIN_THROTTLE_MS = 1_000;
/** After a fault of our own. */
export const INTERNAL_ERROR_DELAY_MS = 10_000;
/** No vendor is waited for longer than this at a time. */
export const MAX_RETRY_AFTER_MS = 24 * 3_600_000;
/** A vendor that leaves a message pending is asked no more often, and no less, than this. */
export const MIN_POLL_MS = 1_000;
export const MAX_POLL_MS = 3_600_000;
/** Where a vendor could not be asked what became of a message. */
export const POLL_RETRY_MS = 60_000;
/** What a vendor has not decided about for so long is taken for unconfirmed. */
export const MAX_PENDING_MS = 24 * 3_600_000;
const JITTER = 0.2;

/**
 * Owns every transition of a delivery. Pure.
 *
 * @param now milliseconds since the epoch
 * @param random in [0, 1): spreads retries by ±20 %
 */
export function decide(
  attempted: AttemptedDelivery,
  policy: EffectiveRetryPolicy,
  now: number,
  random: number,
): Decision {
  const decision = decideState(attempted, policy, now, random);
  const messaging = messagingAfter(attempted.delivery.messaging, decision.delivery, now);
  if (messaging === null) return decision;
  // Once a fallback step takes over, this delivery no longer blocks its order key, because it cannot be redelivered.
  const blocks = decision.delivery.blocks && messaging.trigger === undefined;
  return { ...decision, delivery: { ...decision.delivery, messaging, blocks } };
}

function decideState(
  attempted: AttemptedDelivery,
  policy: EffectiveRetryPolicy,
  now: number,
  random: number,
): Decision {
  const { outcome } = attempted;
  if (attempted.delivery.pendingSince !== null)
    return decidePolled(attempted, attempted.delivery.pendingSince, policy, now, random);
  switch (outcome.kind) {
    case 'accepted':
      return end(attempted, 'succeeded', null, { externalId: outcome.externalId ?? null });
    case 'pending':
      return {
        delivery: {
          ...afterAttempt(attempted),
          dueAt: now + boundedPoll(outcome.pollAfterMs),
          externalId: outcome.externalId,
          pendingSince: now,
        },
        effect: null,
      };
    case 'noRecipient':
      return { delivery: { ...withoutAttempt(attempted), state: 'suppressed', reason: NO_RECIPIENT }, effect: null };
    case 'noConsent':
      return { delivery: { ...withoutAttempt(attempted), state: 'suppressed', reason: 'consent' }, effect: null };
    case 'deferred':
      return {
        delivery: { ...withoutAttempt(attempted), reason: outcome.message, dueAt: outcome.until },
        effect: null,
      };
    case 'suppressed':
    case 'cancelled':
      return { delivery: { ...withoutAttempt(attempted), state: outcome.kind, reason: outcome.message }, effect: null };
    case 'confirmed':
      return { delivery: { ...withoutAttempt(attempted), state: 'succeeded' }, effect: null };
    case 'superseded':
      return { delivery: { ...withoutAttempt(attempted), state: 'superseded', reason: 'a newer state' }, effect: null };
    case 'internal_error': {
      const wait = Math.max(INTERNAL_ERROR_DELAY_MS, boundedWait(outcome.retryAfterMs ?? 0));
      return { delivery: { ...withoutAttempt(attempted), dueAt: now + wait }, effect: null };
    }
    case 'mapping':
      return end(attempted, 'dead', 'mapping', { countedAttempts: attempted.delivery.countedAttempts + 1 });
    case 'rejected':
      return {
        ...end(attempted, 'dead', 'rejected', { countedAttempts: attempted.delivery.countedAttempts + 1 }),
        effect: outcome.disableDestination === true ? pauseFor(outcome) : null,
      };
    case 'credentials':
      // Due at once: what holds it is the destination's pause, and it goes out as soon as that ends.
      return { ...reschedule(attempted, now, attempted.delivery.countedAttempts), effect: pauseFor(outcome) };
    case 'throttled': {
      const until = now + Math.max(MIN_THROTTLE_MS, boundedWait(outcome.retryAfterMs ?? DEFAULT_THROTTLE_MS));
      return {
        ...reschedule(attempted, until, attempted.delivery.countedAttempts),
        effect: { kind: 'throttle', until },
      };
    }
    case 'unconfirmed':
      return policy.onUnconfirmed === 'hold'
        ? end(attempted, 'unconfirmed', null, { countedAttempts: attempted.delivery.countedAttempts + 1 })
        : retry(attempted, policy, now, random, 0);
    case 'transient':
      return retry(attempted, policy, now, random, boundedWait(outcome.retryAfterMs ?? 0));
  }
}

/**
 * What a vendor says when it is asked again. Polling does not count as an attempt, and what keeps it from being asked (a
 * fault of the hub's, a vendor that asks for patience) never sends the message again. Only its silence does, after a day,
 * by the same policy as a lost answer: that it still has not decided, or that nothing comes back.
 */
function decidePolled(
  attempted: AttemptedDelivery,
  pendingSince: number,
  policy: EffectiveRetryPolicy,
  now: number,
  random: number,
): Decision {
  const { outcome } = attempted;
  const later = (dueAt: number, effect: DestinationEffect | null = null): Decision => ({
    delivery: { ...withoutAttempt(attempted), dueAt, pendingSince },
    effect,
  });
  if (outcome.kind === 'accepted')
    return { delivery: { ...withoutAttempt(attempted), state: 'succeeded' }, effect: null };
  if (outcome.kind === 'mapping' || outcome.kind === 'rejected') {
    return decideState({ ...attempted, delivery: { ...attempted.delivery, pendingSince: null } }, policy, now, random);
  }
  if (outcome.kind === 'credentials') return later(now, pauseFor(outcome));
  const wasAsked = outcome.kind !== 'internal_error' && outcome.kind !== 'throttled';
  if (wasAsked && now - pendingSince >= MAX_PENDING_MS) {
    const silent = { ...attempted, outcome: STILL_PENDING, delivery: { ...attempted.delivery, pendingSince: null } };
    return decideState(silent, policy, now, random);
  }
  if (outcome.kind === 'pending') return later(now + boundedPoll(outcome.pollAfterMs));
  const asked = 'retryAfterMs' in outcome ? boundedWait(outcome.retryAfterMs ?? 0) : 0;
  const until = now + Math.max(spread(POLL_RETRY_MS, random), asked);
  return later(until, outcome.kind === 'throttled' ? { kind: 'throttle', until } : null);
}

function pauseFor({
  kind,
  message,
}: {
  readonly kind: DeliveryErrorKind;
  readonly message: string;
}): DestinationEffect {
  return { kind: 'pause', reason: message, errorKind: kind };
}

const STILL_PENDING: AttemptOutcome = {
  kind: 'unconfirmed',
  message: 'The vendor has had the message for a day and does not say whether it took it.',
};

/** Delay before attempt number `countedAttempts + 1`, in milliseconds, jittered; null where the schedule has no more attempts. */
export function retryDelayMs(scheduleMs: readonly number[], countedAttempts: number, random: number): number | null {
  const delay = scheduleMs[countedAttempts];
  return delay === undefined ? null : spread(delay, random);
}

function spread(delay: number, random: number): number {
  return Math.round(delay * (1 + JITTER * (2 * random - 1)));
}

/** What is known of the answers to a delivery's attempts. */
export interface AnswersKnown {
  /** Of the last attempt. */
  readonly errorKind: DeliveryDecision['errorKind'];
  /** One of them was lost, whatever the attempts after it came to. */
  readonly lost: boolean;
}

/**
 * Returns the state of an ended delivery after a status update. Any update proves that the vendor has the message, so a
 * delivery whose answer was lost has succeeded, even if a later attempt failed. The vendor status holds the rest.
 */
export function stateAfterStatusUpdate(state: DeliveryState, { errorKind, lost }: AnswersKnown): DeliveryState {
  const inDoubt = state === 'unconfirmed' || (state === 'dead' && (lost || errorKind === 'unconfirmed'));
  return inDoubt ? 'succeeded' : state;
}

function retry(
  attempted: AttemptedDelivery,
  policy: EffectiveRetryPolicy,
  now: number,
  random: number,
  atLeastMs: number,
): Decision {
  const countedAttempts = attempted.delivery.countedAttempts + 1;
  const delay = retryDelayMs(policy.scheduleMs, countedAttempts, random);
  if (delay === null) return end(attempted, 'dead', 'retries exhausted', { countedAttempts });
  return reschedule(attempted, now + Math.max(delay, atLeastMs), countedAttempts);
}

function reschedule(attempted: AttemptedDelivery, dueAt: number, countedAttempts: number): Decision {
  return { delivery: { ...afterAttempt(attempted), state: 'scheduled', dueAt, countedAttempts }, effect: null };
}

function end(
  attempted: AttemptedDelivery,
  state: 'succeeded' | 'dead' | 'unconfirmed',
  reason: string | null,
  also: Partial<Pick<DeliveryDecision, 'countedAttempts' | 'externalId'>>,
): Decision {
  const after = afterAttempt(attempted);
  const confirmedState = stateAfterStatusUpdate(state, {
    errorKind: after.errorKind,
    lost: attempted.delivery.messaging?.lost === true,
  });
  const blocks = state !== 'succeeded' && attempted.delivery.order?.policy === 'block';
  const stateIfConfirmed = confirmedState === state ? null : confirmedState;
  return { delivery: { ...after, state, stateIfConfirmed, reason, blocks, ...also }, effect: null };
}

/** As {@link afterAttempt}, for outcomes without an attempt. */
function withoutAttempt({ delivery }: AttemptedDelivery): DeliveryDecision {
  return {
    id: delivery.id,
    token: delivery.token,
    retentionDays: delivery.retentionDays,
    state: 'scheduled',
    stateIfConfirmed: null,
    reason: null,
    dueAt: null,
    countedAttempts: delivery.countedAttempts,
    attempts: delivery.attempts,
    errorKind: null,
    externalId: null,
    pendingSince: null,
    blocks: false,
    messaging: null,
    attempt: null,
  };
}

function afterAttempt(attempted: AttemptedDelivery): DeliveryDecision {
  const attempt = attemptRecord(attempted);
  return {
    ...withoutAttempt(attempted),
    attempts: attempt.number,
    errorKind: attempt.outcome === 'accepted' ? null : attempt.outcome,
    attempt,
  };
}

function attemptRecord({ delivery, outcome, startedAt, durationMs }: AttemptedDelivery): AttemptRecord {
  if (!isAttempt(outcome)) throw new Error(`${outcome.kind} is not an attempt.`);
  const failed = outcome.kind === 'accepted' || outcome.kind === 'pending' ? null : outcome;
  return {
    number: delivery.attempts + 1,
    startedAt,
    durationMs,
    outcome: failed?.kind ?? 'accepted',
    message: failed?.message ?? null,
    vendorCode: failed?.vendorCode ?? null,
    request: outcome.request ?? null,
    response: outcome.response ?? null,
  };
}

/** Outcome kinds of an attempt. */
export type AttemptKind = 'accepted' | 'pending' | DeliveryErrorKind;

/** Returns true if an outcome of this kind belongs to an attempt, which is then recorded. */
export function isAttemptKind(kind: AttemptOutcome['kind']): kind is AttemptKind {
  return kind === 'accepted' || kind === 'pending' || DELIVERY_ERROR_KINDS.some((one) => one === kind);
}

function isAttempt(outcome: AttemptOutcome): outcome is Extract<AttemptOutcome, { kind: AttemptKind }> {
  return isAttemptKind(outcome.kind);
}

function boundedPoll(milliseconds: number): number {
  return milliseconds > MIN_POLL_MS ? Math.min(milliseconds, MAX_POLL_MS) : MIN_POLL_MS;
}

function boundedWait(milliseconds: number): number {
  // What is no number at all says nothing.
  return milliseconds > 0 ? Math.min(milliseconds, MAX_RETRY_AFTER_MS) : 0;
}
