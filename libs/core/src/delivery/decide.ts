import { DELIVERY_ERROR_KINDS, type DeliveryErrorKind } from '@patchbay/plugin-sdk';
import type { RetryPolicy } from '../configuration/brand-definition.js';
import { messagingAfter, NO_RECIPIENT } from '../messaging/fallback.js';
import type { AttemptOutcome, AttemptRecord, ClaimedDelivery, DeliveryDecision, DeliveryState } from './delivery.js';

/** The destination's rules for failures, defaults filled in. */
export interface EffectiveRetryPolicy {
  readonly scheduleMs: RetryPolicy['scheduleMs'];
  readonly onUnconfirmed: 'retry' | 'hold';
}

/** What one try came to, and when. */
export interface TriedDelivery {
  readonly delivery: Pick<
    ClaimedDelivery,
    'id' | 'token' | 'retentionDays' | 'charged' | 'attempts' | 'order' | 'pendingSince' | 'messaging'
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
  | { readonly kind: 'slow'; readonly until: number };

/** What becomes of a delivery after a try, and of its destination. */
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
export const SHORTEST_POLL_MS = 1_000;
export const LONGEST_POLL_MS = 3_600_000;
/** Where a vendor could not be asked what became of a message. */
export const POLL_AGAIN_MS = 60_000;
/** What a vendor has not decided about for so long is taken for unconfirmed. */
export const LONGEST_PENDING_MS = 24 * 3_600_000;
const JITTER = 0.2;

/**
 * Owns every transition of a delivery. Pure.
 *
 * @param now milliseconds since the epoch
 * @param random in [0, 1): spreads retries by ±20 %
 */
export function decide(tried: TriedDelivery, policy: EffectiveRetryPolicy, now: number, random: number): Decision {
  const decision = decideState(tried, policy, now, random);
  const messaging = messagingAfter(tried.delivery.messaging, decision.delivery, now);
  if (messaging === null) return decision;
  // What the next step took over holds up nobody: no person could send it again.
  const blocks = decision.delivery.blocks && messaging.called === undefined;
  return { ...decision, delivery: { ...decision.delivery, messaging, blocks } };
}

function decideState(tried: TriedDelivery, policy: EffectiveRetryPolicy, now: number, random: number): Decision {
  const { outcome } = tried;
  if (tried.delivery.pendingSince !== null)
    return decidePolled(tried, tried.delivery.pendingSince, policy, now, random);
  switch (outcome.kind) {
    case 'accepted':
      return end(tried, 'succeeded', null, { externalId: outcome.externalId ?? null });
    case 'pending':
      return {
        delivery: {
          ...afterTry(tried),
          dueAt: now + boundedPoll(outcome.pollAfterMs),
          externalId: outcome.externalId,
          pendingSince: now,
        },
        effect: null,
      };
    case 'noRecipient':
      return { delivery: { ...untried(tried), state: 'suppressed', reason: NO_RECIPIENT }, effect: null };
    case 'noConsent':
      return { delivery: { ...untried(tried), state: 'suppressed', reason: 'consent' }, effect: null };
    case 'deferred':
      return { delivery: { ...untried(tried), reason: outcome.message, dueAt: outcome.until }, effect: null };
    case 'suppressed':
    case 'cancelled':
      return { delivery: { ...untried(tried), state: outcome.kind, reason: outcome.message }, effect: null };
    case 'confirmed':
      return { delivery: { ...untried(tried), state: 'succeeded' }, effect: null };
    case 'superseded':
      return { delivery: { ...untried(tried), state: 'superseded', reason: 'a newer state' }, effect: null };
    case 'internal_error': {
      const wait = Math.max(INTERNAL_ERROR_DELAY_MS, boundedWait(outcome.retryAfterMs ?? 0));
      return { delivery: { ...untried(tried), dueAt: now + wait }, effect: null };
    }
    case 'mapping':
      return end(tried, 'dead', 'mapping', { charged: tried.delivery.charged + 1 });
    case 'rejected':
      return {
        ...end(tried, 'dead', 'rejected', { charged: tried.delivery.charged + 1 }),
        effect: outcome.disableDestination === true ? pauseFor(outcome) : null,
      };
    case 'credentials':
      // Due at once: what holds it is the destination's pause, and it goes out as soon as that ends.
      return { ...again(tried, now, tried.delivery.charged), effect: pauseFor(outcome) };
    case 'throttled': {
      const until = now + Math.max(MIN_THROTTLE_MS, boundedWait(outcome.retryAfterMs ?? DEFAULT_THROTTLE_MS));
      return { ...again(tried, until, tried.delivery.charged), effect: { kind: 'slow', until } };
    }
    case 'unconfirmed':
      return policy.onUnconfirmed === 'hold'
        ? end(tried, 'unconfirmed', null, { charged: tried.delivery.charged + 1 })
        : retry(tried, policy, now, random, 0);
    case 'transient':
      return retry(tried, policy, now, random, boundedWait(outcome.retryAfterMs ?? 0));
  }
}

/**
 * What a vendor says when it is asked again. Asking is no try: it charges nothing, and what keeps it from being asked (a
 * fault of the hub's, a vendor that asks for patience) never sends the message again. Only its silence does, after a day,
 * by the same policy as a lost answer: that it still has not decided, or that nothing comes back.
 */
function decidePolled(
  tried: TriedDelivery,
  pendingSince: number,
  policy: EffectiveRetryPolicy,
  now: number,
  random: number,
): Decision {
  const { outcome } = tried;
  const later = (dueAt: number, effect: DestinationEffect | null = null): Decision => ({
    delivery: { ...untried(tried), dueAt, pendingSince },
    effect,
  });
  if (outcome.kind === 'accepted') return { delivery: { ...untried(tried), state: 'succeeded' }, effect: null };
  if (outcome.kind === 'mapping' || outcome.kind === 'rejected') {
    return decideState({ ...tried, delivery: { ...tried.delivery, pendingSince: null } }, policy, now, random);
  }
  if (outcome.kind === 'credentials') return later(now, pauseFor(outcome));
  const wasAsked = outcome.kind !== 'internal_error' && outcome.kind !== 'throttled';
  if (wasAsked && now - pendingSince >= LONGEST_PENDING_MS) {
    const silent = { ...tried, outcome: STILL_PENDING, delivery: { ...tried.delivery, pendingSince: null } };
    return decideState(silent, policy, now, random);
  }
  if (outcome.kind === 'pending') return later(now + boundedPoll(outcome.pollAfterMs));
  const asked = 'retryAfterMs' in outcome ? boundedWait(outcome.retryAfterMs ?? 0) : 0;
  const until = now + Math.max(spread(POLL_AGAIN_MS, random), asked);
  return later(until, outcome.kind === 'throttled' ? { kind: 'slow', until } : null);
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

/** The delay before try number `charged + 1`, in milliseconds, jittered; null where the schedule has no more tries. */
export function retryDelayMs(scheduleMs: readonly number[], charged: number, random: number): number | null {
  const delay = scheduleMs[charged];
  return delay === undefined ? null : spread(delay, random);
}

function spread(delay: number, random: number): number {
  return Math.round(delay * (1 + JITTER * (2 * random - 1)));
}

/** What is known of the answers to a delivery's tries. */
export interface AnswersKnown {
  /** Of the last try. */
  readonly errorKind: DeliveryDecision['errorKind'];
  /** One of them was lost, whatever the tries after it came to. */
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
  tried: TriedDelivery,
  policy: EffectiveRetryPolicy,
  now: number,
  random: number,
  atLeastMs: number,
): Decision {
  const charged = tried.delivery.charged + 1;
  const delay = retryDelayMs(policy.scheduleMs, charged, random);
  if (delay === null) return end(tried, 'dead', 'retries exhausted', { charged });
  return again(tried, now + Math.max(delay, atLeastMs), charged);
}

function again(tried: TriedDelivery, dueAt: number, charged: number): Decision {
  return { delivery: { ...afterTry(tried), state: 'scheduled', dueAt, charged }, effect: null };
}

function end(
  tried: TriedDelivery,
  state: 'succeeded' | 'dead' | 'unconfirmed',
  reason: string | null,
  also: Partial<Pick<DeliveryDecision, 'charged' | 'externalId'>>,
): Decision {
  const after = afterTry(tried);
  const confirmedState = stateAfterStatusUpdate(state, {
    errorKind: after.errorKind,
    lost: tried.delivery.messaging?.lost === true,
  });
  const blocks = state !== 'succeeded' && tried.delivery.order?.policy === 'block';
  const stateIfConfirmed = confirmedState === state ? null : confirmedState;
  return { delivery: { ...after, state, stateIfConfirmed, reason, blocks, ...also }, effect: null };
}

/** As {@link afterTry}, for what came to no try at all. */
function untried({ delivery }: TriedDelivery): DeliveryDecision {
  return {
    id: delivery.id,
    token: delivery.token,
    retentionDays: delivery.retentionDays,
    state: 'scheduled',
    stateIfConfirmed: null,
    reason: null,
    dueAt: null,
    charged: delivery.charged,
    attempts: delivery.attempts,
    errorKind: null,
    externalId: null,
    pendingSince: null,
    blocks: false,
    messaging: null,
    attempt: null,
  };
}

function afterTry(tried: TriedDelivery): DeliveryDecision {
  const attempt = attemptRecord(tried);
  return {
    ...untried(tried),
    attempts: attempt.number,
    errorKind: attempt.outcome === 'accepted' ? null : attempt.outcome,
    attempt,
  };
}

function attemptRecord({ delivery, outcome, startedAt, durationMs }: TriedDelivery): AttemptRecord {
  if (!isTry(outcome)) throw new Error(`${outcome.kind} is not a try.`);
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

/** What an outcome of a try is. */
export type TryKind = 'accepted' | 'pending' | DeliveryErrorKind;

/** Whether an outcome of this kind comes of a try: what came to none is not recorded as one. */
export function isTryKind(kind: AttemptOutcome['kind']): kind is TryKind {
  return kind === 'accepted' || kind === 'pending' || DELIVERY_ERROR_KINDS.some((one) => one === kind);
}

function isTry(outcome: AttemptOutcome): outcome is Extract<AttemptOutcome, { kind: TryKind }> {
  return isTryKind(outcome.kind);
}

function boundedPoll(milliseconds: number): number {
  return milliseconds > SHORTEST_POLL_MS ? Math.min(milliseconds, LONGEST_POLL_MS) : SHORTEST_POLL_MS;
}

function boundedWait(milliseconds: number): number {
  // What is no number at all says nothing.
  return milliseconds > 0 ? Math.min(milliseconds, MAX_RETRY_AFTER_MS) : 0;
}
