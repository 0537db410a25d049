import type { DeliverySummary } from '../admin/read-store.port.js';
import type { DeliveryState } from '../delivery/delivery.js';

/**
 * Decision about a person's request to redeliver a delivery.
 *
 * - `sameDelivery`: one more attempt of the same delivery, under the same idempotency key. A vendor that accepted the
 *   message before drops the new message as a duplicate.
 * - `newDelivery`: a new delivery of the same event and subscription, with its own idempotency key. Under the old key,
 *   the vendor would drop the message, and status updates of both messages would be mixed up.
 * - `refused`: no attempt is made. The decision contains the reason.
 */
export type RedeliveryDecision =
  | { readonly kind: 'sameDelivery' }
  | { readonly kind: 'newDelivery' }
  | { readonly kind: 'refused'; readonly code: RedeliveryRefusal; readonly reason: string };

/** Codes of the reasons for which a delivery gets no further attempt, for clients that word them in another language. */
export const REDELIVERY_REFUSALS = [
  'nextStep',
  'succeeded',
  'scheduled',
  'held',
  'superseded',
  'merged',
  'unknown',
  'destinationDeleted',
  'changed',
] as const;
/** One of {@link REDELIVERY_REFUSALS}. */
export type RedeliveryRefusal = (typeof REDELIVERY_REFUSALS)[number];

/**
 * Decides if a delivery gets one more attempt because a person requests a redelivery. Pure.
 * @param force true to send a succeeded delivery a second time
 */
export function decideRedelivery(
  { status, nextStepTrigger, mergedInto }: Pick<DeliverySummary, 'status' | 'nextStepTrigger' | 'mergedInto'>,
  force: boolean,
): RedeliveryDecision {
  if (nextStepTrigger !== null) {
    return refused(
      'nextStep',
      `The next step of its fallback has started (${nextStepTrigger}), so both messages might arrive. Redeliver that step's delivery instead.`,
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
        : refused(
            status,
            'The vendor accepted this delivery. To send the message a second time, redeliver this delivery alone with `force`.',
          );
    case 'scheduled':
      return refused(status, 'This delivery is already scheduled for its next attempt.');
    case 'held':
      return refused(
        status,
        'This delivery is held because its destination or a lookup is paused. Resume the destination or the lookup.',
      );
    case 'superseded':
      return refused(status, 'A delivery of a newer event superseded this one. Redeliver the newer delivery instead.');
    case 'merged':
      return refused(
        status,
        `This delivery was merged into a digest. Redeliver the digest's delivery${mergedInto === null ? '' : ` ${mergedInto}`} instead.`,
      );
  }
}

/**
 * Returns the number of counted attempts that leaves exactly one attempt in the schedule, because a person requests one
 * attempt, not a new schedule. An outcome that counts no attempt, such as throttling or a pause, does not use up this
 * attempt.
 */
export function countedBeforeLastAttempt(countedAttempts: number, scheduleMs: readonly number[]): number {
  return Math.max(countedAttempts, scheduleMs.length - 1);
}

/**
 * Returns the reason why a delivery cannot be cancelled; null if the delivery can be cancelled. Pure.
 *
 * A waiting delivery can be cancelled. A dead or unconfirmed delivery can be cancelled if it blocks other deliveries
 * with the same order key; the store checks this condition.
 */
export function cancelRefusal({ status, inFlight }: Pick<DeliverySummary, 'status' | 'inFlight'>): string | null {
  if (inFlight) return 'This delivery is being attempted. Try again when the attempt has ended.';
  if (status === 'scheduled' || status === 'held' || status === 'dead' || status === 'unconfirmed') return null;
  return `This delivery is already ${status}, so it cannot be cancelled.`;
}

function refused(code: RedeliveryRefusal, reason: string): RedeliveryDecision {
  return { kind: 'refused', code, reason };
}

/** Key of a delivery. A delivery of another brand is not found. */
export interface IntervenedDelivery {
  readonly brandId: string;
  readonly deliveryId: string;
}

/** Ended delivery that is scheduled again together with others. */
export interface EndedDelivery {
  readonly id: string;
  readonly eventId: string;
  /** State in which the delivery was found. */
  readonly state: DeliveryState;
  /** Number of counted attempts with which the delivery begins, see `countedBeforeLastAttempt`. */
  readonly countedAttempts: number;
}

/** Maximum number of deliveries per call of {@link DeliveryInterventions.redeliverAll}. */
export const MAX_REDELIVERED = 500;

/** Store of manual changes to deliveries. Each change is one statement that checks the delivery's state again. */
export interface DeliveryInterventions {
  /**
   * Schedules an ended delivery again, due at once, under the same id. Deliveries that this delivery blocks keep
   * waiting.
   * @returns false if the delivery is not in the given state
   */
  redeliver(
    delivery: IntervenedDelivery & {
      readonly state: DeliveryState;
      /** Number of counted attempts with which the delivery begins, see `countedBeforeLastAttempt`. */
      readonly countedAttempts: number;
      /** Current time, in milliseconds since the epoch. */
      readonly now: number;
    },
  ): Promise<boolean>;
  /**
   * Schedules several ended deliveries of a brand again, as {@link redeliver} does. A delivery is left out if it changed
   * meanwhile, or if its event was erased or deleted.
   * @returns the ids of the scheduled deliveries
   */
  redeliverAll(
    brandId: string,
    deliveries: readonly EndedDelivery[],
    /** Current time, in milliseconds since the epoch. */
    now: number,
  ): Promise<ReadonlySet<string>>;
  /**
   * Creates a new delivery of the same event and subscription as a succeeded delivery. The new delivery is due at once.
   * @returns `created`, or a reason if nothing was created. `waiting`: a delivery of the same event and subscription
   * already waits. `gone`: the delivery did not succeed or was deleted.
   */
  redeliverAsNew(
    delivery: IntervenedDelivery & { readonly newId: string; readonly countedAttempts: number; readonly now: number },
  ): Promise<'created' | 'waiting' | 'gone'>;
  /**
   * Cancels a delivery that waits and is not in flight, or an ended delivery that blocks other deliveries with the same
   * order key. The blocked deliveries then become due.
   * @returns false if the delivery is in neither of these two states
   */
  cancel(delivery: IntervenedDelivery): Promise<boolean>;
}
