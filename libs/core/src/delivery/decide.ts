import { DELIVERY_ERROR_KINDS, type DeliveryErrorKind, type VendorSuppressionReason } from '@patchbay/plugin-sdk';
import type { RetryPolicy } from '../configuration/brand-definition.js';
import type { MessagingChange } from '../messaging/delivery-messaging.js';
import { messagingAfter, NO_RECIPIENT } from '../messaging/fallback.js';
import type { BatchPlace } from './batch-place.js';
import type { AttemptOutcome, AttemptRecord, ClaimedDelivery, DeliveryDecision, DeliveryState } from './delivery.js';

/** Retry policy of a destination, with defaults filled in. */
export interface EffectiveRetryPolicy {
  readonly scheduleMs: RetryPolicy['scheduleMs'];
  readonly onUnconfirmed: 'retry' | 'hold';
}

/** Delivery after an attempt, with the outcome and the times of the attempt. */
export interface AttemptedDelivery {
  readonly delivery: Pick<
    ClaimedDelivery,
    | 'id'
    | 'token'
    | 'retentionDays'
    | 'countedAttempts'
    | 'attempts'
    | 'order'
    | 'pendingSince'
    | 'messaging'
    | 'direct'
  >;
  readonly outcome: AttemptOutcome;
  /** Start of the attempt, in milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** Place of the message in its batch. Left out if the call had no batch. */
  readonly batch?: BatchPlace;
}

/** Effect of an attempt's outcome on the destination as a whole. */
export type DestinationEffect =
  /** Holds the destination's deliveries until a person resumes the destination. */
  | { readonly kind: 'pause'; readonly reason: string; readonly errorKind: DeliveryErrorKind }
  /** Sends nothing to the destination before `until`, in milliseconds since the epoch. */
  | { readonly kind: 'throttle'; readonly until: number }
  /** Logs that failures opened the circuit breaker. `reason` is the last failure; `until` as in `throttle`. */
  | { readonly kind: 'opened'; readonly reason: string; readonly errorKind: DeliveryErrorKind; readonly until: number }
  /** Publishes that the vendor refuses many messages for a reason that may concern all of them. */
  | { readonly kind: 'alert'; readonly reason: string; readonly errorKind: DeliveryErrorKind };

/** Decision about a delivery after an attempt, and about its destination. */
export interface Decision {
  readonly delivery: DeliveryDecision;
  readonly effect: DestinationEffect | null;
}

/** Wait after throttling, in milliseconds, if the vendor names no time. */
export const DEFAULT_THROTTLE_MS = 30_000;
/**
 * Shortest wait after throttling, in milliseconds. Without this minimum, `Retry-After: 0` would cause calls without a
 * pause.
 */
export const MIN_THROTTLE_MS = 1_000;
/** Delay after a failure of the hub itself, in milliseconds. */
export const INTERNAL_ERROR_DELAY_MS = 10_000;
/** Longest wait that a vendor may request, in milliseconds. */
export const MAX_RETRY_AFTER_MS = 24 * 3_600_000;
/** Time for which a delivery is sent again if the vendor throttles its recipient, in milliseconds. */
export const MAX_RECIPIENT_THROTTLE_MS = 24 * 3_600_000;
/** Reason of a delivery that ended because the vendor throttled its recipient for too long. */
export const THROTTLED_TOO_LONG = 'throttled too long';
/** Shortest time between two polls of a pending message, in milliseconds. */
export const MIN_POLL_MS = 1_000;
/** Longest time between two polls of a pending message, in milliseconds. */
export const MAX_POLL_MS = 3_600_000;
/** Delay after a failed poll, in milliseconds. */
export const POLL_RETRY_MS = 60_000;
/** Time after which a pending message counts as unconfirmed, in milliseconds. */
export const MAX_PENDING_MS = 24 * 3_600_000;
const JITTER = 0.2;

/**
 * Decides the next state of a delivery after an attempt or a poll, and the effect on the destination. Pure.
 *
 * @param now milliseconds since the epoch
 * @param random number in [0, 1) that spreads retries by ±20 %
 */
export function decide(
  attempted: AttemptedDelivery,
  policy: EffectiveRetryPolicy,
  now: number,
  random: number,
): Decision {
  const { pendingSince, messaging } = attempted.delivery;
  const decision =
    pendingSince === null
      ? decideState(attempted, policy, now, random)
      : decidePolled(attempted, pendingSince, policy, now, random);
  // A delivery without messaging state gets one only if the answer was lost or the vendor throttles the recipient.
  if (messaging === null && !needsMessagingState(attempted.outcome, decision.delivery)) return decision;
  const change = messagingChange(attempted, decision.delivery, now);
  if (change === null) return decision;
  // Once a fallback step takes over, this delivery no longer blocks its order key, because it cannot be redelivered.
  const blocks = decision.delivery.blocks && change.trigger === undefined;
  return { ...decision, delivery: { ...decision.delivery, messaging: change, blocks } };
}

function needsMessagingState(outcome: AttemptOutcome, { errorKind }: DeliveryDecision): boolean {
  return errorKind === 'unconfirmed' || isRecipientThrottled(outcome);
}

function messagingChange(attempted: AttemptedDelivery, decided: DeliveryDecision, now: number): MessagingChange | null {
  const { delivery, outcome } = attempted;
  const change = messagingAfter(delivery.messaging, { ...decided, suppress: refusedFor(outcome) }, now);
  if (!isRecipientThrottled(outcome) || decided.dueAt === null) return change;
  return { ...change, throttledSince: throttledSince(attempted, now), throttledUntil: decided.dueAt };
}

/**
 * Returns the time since which the vendor throttles the recipient, in milliseconds since the epoch. Leaves out the time
 * that the delivery waited after it was due, because nothing was sent during a pause or in quiet hours.
 */
function throttledSince({ delivery: { messaging }, startedAt }: AttemptedDelivery, now: number): number {
  const { throttledSince: since, throttledUntil: until = startedAt } = messaging ?? {};
  return since === undefined ? now : since + Math.max(0, startedAt - until);
}

/** Returns true if the vendor throttles the recipient of the delivery only. */
function isRecipientThrottled(outcome: AttemptOutcome): boolean {
  return outcome.kind === 'throttled' && outcome.recipientOnly === true;
}

/** Returns the reason for which the vendor refused the address. Undefined if the address was not refused. */
function refusedFor(outcome: AttemptOutcome): VendorSuppressionReason | undefined {
  return 'suppress' in outcome ? outcome.suppress : undefined;
}

function decideState(
  attempted: AttemptedDelivery,
  policy: EffectiveRetryPolicy,
  now: number,
  random: number,
): Decision {
  const { outcome } = attempted;
  const { countedAttempts } = attempted.delivery;
  const unchanged = withoutAttempt(attempted);
  const after = isAttempt(outcome) ? withAttempt(unchanged, attempted, outcome) : unchanged;
  switch (outcome.kind) {
    case 'accepted':
      return end(after, attempted, 'succeeded', null, { externalId: outcome.externalId ?? null });
    case 'pending': {
      const dueAt = now + boundedPoll(outcome.pollAfterMs);
      const { externalId } = outcome;
      return { delivery: { ...after, dueAt, externalId, pendingSince: now }, effect: null };
    }
    case 'mapping':
      return end(after, attempted, 'dead', 'mapping', { countedAttempts: countedAttempts + 1 });
    case 'rejected': {
      const effect = outcome.disableDestination === true ? pauseFor(outcome) : null;
      return { ...end(after, attempted, 'dead', 'rejected', { countedAttempts: countedAttempts + 1 }), effect };
    }
    case 'credentials':
      // The delivery is due at once, but the destination's pause holds it, so it is sent as soon as the pause ends.
      return { ...reschedule(after, now, countedAttempts), effect: pauseFor(outcome) };
    case 'throttled': {
      const until = now + Math.max(MIN_THROTTLE_MS, boundedWait(outcome.retryAfterMs ?? DEFAULT_THROTTLE_MS));
      if (outcome.recipientOnly === true) {
        return now - throttledSince(attempted, now) >= MAX_RECIPIENT_THROTTLE_MS
          ? end(after, attempted, 'dead', THROTTLED_TOO_LONG, {})
          : reschedule(after, until, countedAttempts);
      }
      return { ...reschedule(after, until, countedAttempts), effect: { kind: 'throttle', until } };
    }
    case 'unconfirmed':
      return policy.onUnconfirmed === 'hold' || outcome.isHeld === true
        ? end(after, attempted, 'unconfirmed', null, { countedAttempts: countedAttempts + 1 })
        : retry(after, attempted, policy, now, random, boundedWait(outcome.retryAfterMs ?? 0));
    case 'transient':
      return retry(after, attempted, policy, now, random, boundedWait(outcome.retryAfterMs ?? 0));
    case 'dissolved':
      // No call was made, so there is no attempt. The error kind remains that of the lost answer.
      return end({ ...unchanged, errorKind: 'unconfirmed' }, attempted, 'unconfirmed', null, {});
    case 'noRecipient':
    case 'noConsent':
    case 'deferred':
    case 'suppressed':
    case 'cancelled':
    case 'confirmed':
    case 'superseded':
    case 'internal_error':
      return { delivery: { ...unchanged, ...changeWithoutAttempt(outcome, now) }, effect: null };
  }
}

/** Returns the changes to a delivery whose message was not sent. */
function changeWithoutAttempt(
  outcome: Exclude<AttemptOutcome, { kind: AttemptKind | 'dissolved' }>,
  now: number,
): Partial<DeliveryDecision> {
  switch (outcome.kind) {
    case 'noRecipient':
      return { state: 'suppressed', reason: NO_RECIPIENT };
    case 'noConsent':
      return { state: 'suppressed', reason: 'consent' };
    case 'deferred':
      return { reason: outcome.message, dueAt: outcome.until };
    case 'suppressed':
    case 'cancelled':
      return { state: outcome.kind, reason: outcome.message };
    case 'confirmed':
      return { state: 'succeeded' };
    case 'superseded':
      return { state: 'superseded', reason: 'a newer state' };
    case 'internal_error':
      return { dueAt: now + Math.max(INTERNAL_ERROR_DELAY_MS, boundedWait(outcome.retryAfterMs ?? 0)) };
  }
}

/**
 * Decides the next state of a delivery after a poll. Polling does not count as an attempt, and a failed poll never
 * causes the message to be sent again.
 *
 * If the vendor has reported no result after 24 hours, the message is unconfirmed, and the policy for a lost answer
 * decides. Internal errors and throttling only delay the next poll, because the vendor did not answer the poll.
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
  const wasPolled = outcome.kind !== 'internal_error' && outcome.kind !== 'throttled';
  if (wasPolled && now - pendingSince >= MAX_PENDING_MS) {
    const timedOut = { ...attempted, outcome: STILL_PENDING, delivery: { ...attempted.delivery, pendingSince: null } };
    return decideState(timedOut, policy, now, random);
  }
  if (outcome.kind === 'pending') return later(now + boundedPoll(outcome.pollAfterMs));
  const requestedMs = 'retryAfterMs' in outcome ? boundedWait(outcome.retryAfterMs ?? 0) : 0;
  const until = now + Math.max(spread(POLL_RETRY_MS, random), requestedMs);
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
  message: 'The vendor did not report a result within 24 hours after it received the message.',
};

/**
 * Returns the delay before attempt number `countedAttempts + 1`, in milliseconds, with jitter. Null if the schedule
 * has no more attempts.
 */
export function retryDelayMs(scheduleMs: readonly number[], countedAttempts: number, random: number): number | null {
  const delay = scheduleMs[countedAttempts];
  return delay === undefined ? null : spread(delay, random);
}

function spread(delay: number, random: number): number {
  return Math.round(delay * (1 + JITTER * (2 * random - 1)));
}

/** Facts that are known about the answers to the attempts of a delivery. */
export interface KnownAnswers {
  /** Error kind of the last attempt. Null if the last attempt did not fail. */
  readonly errorKind: DeliveryDecision['errorKind'];
  /** True if the answer to any attempt was lost, regardless of the later attempts. */
  readonly lost: boolean;
}

/**
 * Returns the state of an ended delivery after a status update. Any update proves that the vendor has the message.
 * Therefore a delivery whose answer was lost has succeeded, even if a later attempt failed. Further details are in the
 * vendor status.
 */
export function stateAfterStatusUpdate(state: DeliveryState, { errorKind, lost }: KnownAnswers): DeliveryState {
  const inDoubt = state === 'unconfirmed' || (state === 'dead' && (lost || errorKind === 'unconfirmed'));
  return inDoubt ? 'succeeded' : state;
}

function retry(
  after: DeliveryDecision,
  attempted: AttemptedDelivery,
  policy: EffectiveRetryPolicy,
  now: number,
  random: number,
  atLeastMs: number,
): Decision {
  const countedAttempts = attempted.delivery.countedAttempts + 1;
  const delay = retryDelayMs(policy.scheduleMs, countedAttempts, random);
  if (delay === null) return end(after, attempted, 'dead', 'retries exhausted', { countedAttempts });
  return reschedule(after, now + Math.max(delay, atLeastMs), countedAttempts);
}

function reschedule(after: DeliveryDecision, dueAt: number, countedAttempts: number): Decision {
  return { delivery: { ...after, state: 'scheduled', dueAt, countedAttempts }, effect: null };
}

function end(
  after: DeliveryDecision,
  { delivery: { messaging, order } }: AttemptedDelivery,
  state: 'succeeded' | 'dead' | 'unconfirmed',
  reason: string | null,
  also: Partial<Pick<DeliveryDecision, 'countedAttempts' | 'externalId'>>,
): Decision {
  if (state === 'succeeded') return { delivery: { ...after, state, reason, ...also }, effect: null };
  const lost = messaging?.lost === true;
  const confirmedState = stateAfterStatusUpdate(state, { errorKind: after.errorKind, lost });
  const blocks = order?.policy === 'block';
  const stateIfConfirmed = confirmedState === state ? null : confirmedState;
  return { delivery: { ...after, state, stateIfConfirmed, reason, blocks, ...also }, effect: null };
}

/**
 * Returns a decision that records no attempt and keeps the delivery scheduled. Callers override fields of the decision.
 */
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

/** Adds the attempt to a decision that records no attempt. */
function withAttempt(
  unchanged: DeliveryDecision,
  { delivery, startedAt, durationMs, batch }: AttemptedDelivery,
  outcome: CountedOutcome,
): DeliveryDecision {
  const failed = outcome.kind === 'accepted' || outcome.kind === 'pending' ? null : outcome;
  const attempt: AttemptRecord = {
    number: delivery.attempts + 1,
    startedAt,
    durationMs,
    outcome: failed?.kind ?? 'accepted',
    message: failed?.message ?? null,
    vendorCode: failed?.vendorCode ?? null,
    request: outcome.request ?? null,
    response: outcome.response ?? null,
    direct: delivery.direct === true,
    batch: batch ?? null,
  };
  return { ...unchanged, attempts: attempt.number, errorKind: failed?.kind ?? null, attempt };
}

/** Outcome kinds that count as an attempt of a delivery. */
export type AttemptKind = 'accepted' | 'pending' | DeliveryErrorKind;

const ATTEMPT_KINDS: ReadonlySet<string> = new Set<AttemptKind>(['accepted', 'pending', ...DELIVERY_ERROR_KINDS]);

/** Returns true if the hub records an outcome of this kind as an attempt. */
export function isAttemptKind(kind: AttemptOutcome['kind']): kind is AttemptKind {
  return ATTEMPT_KINDS.has(kind);
}

/** Outcome that counts as an attempt of a delivery. */
type CountedOutcome = Extract<AttemptOutcome, { kind: AttemptKind }>;

function isAttempt(outcome: AttemptOutcome): outcome is CountedOutcome {
  return ATTEMPT_KINDS.has(outcome.kind);
}

function boundedPoll(milliseconds: number): number {
  return milliseconds > MIN_POLL_MS ? Math.min(milliseconds, MAX_POLL_MS) : MIN_POLL_MS;
}

function boundedWait(milliseconds: number): number {
  // NaN becomes 0.
  return milliseconds > 0 ? Math.min(milliseconds, MAX_RETRY_AFTER_MS) : 0;
}
