import type { DeliverySummary } from '../admin/read-store.port.js';

/**
 * What a person's wish for one more attempt of a delivery comes to.
 *
 * - `sameDelivery`: the same delivery, one more attempt, under the same idempotency key: a vendor that took it the first time drops it.
 * - `newDelivery`: a new delivery of the same event and subscription, under a key of its own. What was taken once would be
 *   dropped under its old key, and status updates of the first message must not be mixed up with the second.
 */
export type RedeliveryDecision =
  | { readonly kind: 'sameDelivery' }
  | { readonly kind: 'newDelivery' }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Whether a delivery gets one more attempt because a person asks for it. Pure.
 * @param force send again what was delivered
 */
export function decideRedelivery(
  { status, nextStepTrigger, mergedInto }: Pick<DeliverySummary, 'status' | 'nextStepTrigger' | 'mergedInto'>,
  force: boolean,
): RedeliveryDecision {
  if (nextStepTrigger !== null) {
    return refused(
      `The next step of its fallback took over (${nextStepTrigger}), and both messages might arrive: redeliver that one.`,
    );
  }
  switch (status) {
    case 'dead':
    case 'unconfirmed':
    case 'suppressed':
    case 'cancelled':
      return { kind: 'sameDelivery' };
    case 'succeeded':
      return force
        ? { kind: 'newDelivery' }
        : refused('The vendor took it. Add ?force=true to send it a second time, as a delivery of its own.');
    case 'scheduled':
      return refused('It still waits for its next attempt.');
    case 'held':
      return refused('It waits for its paused destination: resume that.');
    case 'superseded':
      return refused('A newer state took its place: redeliver that one.');
    case 'merged':
      return refused(
        `It became part of a digest: redeliver the one that carries it${mergedInto === null ? '' : `, ${mergedInto}`}.`,
      );
  }
}

/**
 * Counted attempts that leave one in the schedule, because a person asks for one more, not for a schedule. What counts no
 * attempt (a vendor that throttles, a pause) leaves that one untouched.
 */
export function countedBeforeLastAttempt(countedAttempts: number, scheduleMs: readonly number[]): number {
  return Math.max(countedAttempts, scheduleMs.length - 1);
}

/**
 * Why a delivery cannot be cancelled; null where it can. Pure.
 *
 * One that waits is cancelled. One that is dead or unconfirmed is given up, where it holds up others of its key; whether
 * it does is for the store to see.
 */
export function cancelRefusal({ status, inFlight }: Pick<DeliverySummary, 'status' | 'inFlight'>): string | null {
  if (inFlight) return 'It is being attempted right now: ask again when that is over.';
  if (status === 'scheduled' || status === 'held' || status === 'dead' || status === 'unconfirmed') return null;
  return `It is ${status} already: there is nothing to cancel.`;
}

function refused(reason: string): RedeliveryDecision {
  return { kind: 'refused', reason };
}
