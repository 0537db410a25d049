import type { VendorSuppressionReason } from '@patchbay/plugin-sdk';
import type { Clock } from '../clock.js';
import type { FallbackTrigger } from '../configuration/brand-definition.js';
import type { MessagingRecord } from '../configuration/configuration-snapshot.js';
import type { DeliveryDecision } from '../delivery/delivery.js';
import type { MappingCache } from '../delivery/build-message.js';
import type { WakeUps } from '../delivery/wake-ups.port.js';
import { derivedUuidV7 } from '../ids.js';
import { isSuppressedReason } from '../suppressions/suppression-list.js';
import type { DeliveryMessaging, MessagingChange } from './delivery-messaging.js';
import type { MessagingStore, NextStep, TriggeredStep } from './messaging-store.port.js';

/** Reason of a delivery that ended because the customer has no address for its channel. */
export const NO_RECIPIENT = 'no recipient';

/**
 * Returns the initial messaging state of a delivery, with the triggers of its next step. Undefined if there is nothing
 * to store.
 * @param step number of the delivery's own fallback step; 0 for the subscription's own destination
 * @param routedTo destination that a route chose; steps with this destination are skipped
 */
export function messagingOfStep(
  messaging: MessagingRecord | null,
  step: number,
  routedTo?: string,
): DeliveryMessaging | undefined {
  const next = messaging?.fallback[nextIndex(messaging, step, routedTo)];
  const triggers = next === undefined ? {} : { on: next.on, withinMs: next.afterMs };
  if (next === undefined && step === 0) return undefined;
  return { ...(step === 0 ? {} : { step }), ...triggers };
}

/** Returns the index of the first fallback step from `step` on that has another destination than the route chose. */
function nextIndex({ fallback }: MessagingRecord, step: number, routedTo: string | undefined): number {
  let index = step;
  while (routedTo !== undefined && fallback[index]?.destinationId === routedTo) index += 1;
  return index;
}

/**
 * Returns the id of the fallback step after a delivery. The id contains the time in the delivery's id. Its other bits
 * are a hash of the delivery's id, so that the step cannot be created twice.
 * @param id id of the previous delivery
 */
export function nextStepId(id: string): string {
  return derivedUuidV7(id, `${id}|next step`);
}

/**
 * Returns the trigger by which an ended delivery starts the next fallback step. Null if the next step must not start,
 * because both messages might arrive.
 */
function triggerOf({ state, errorKind, reason, suppress }: EndedDelivery): FallbackTrigger | null {
  if (state === 'suppressed' && reason === NO_RECIPIENT) return 'noRecipient';
  if (state === 'suppressed' && isSuppressedReason(reason)) return 'suppressed';
  if (state !== 'dead') return null;
  // The refusal has the same effect as the suppression list has on the next message.
  if (suppress !== undefined) return suppress === 'invalid' ? 'noRecipient' : 'suppressed';
  // The vendor throttled the recipient until the end.
  if (errorKind === 'throttled') return 'transient';
  return errorKind === 'rejected' || errorKind === 'transient' || errorKind === 'mapping' ? errorKind : null;
}

/** Part of a decision that determines if the delivery triggers the next fallback step. */
export interface EndedDelivery extends Pick<DeliveryDecision, 'state' | 'errorKind' | 'reason'> {
  /** Reason for which the vendor refused the address. Undefined if the address was not refused. */
  readonly suppress?: VendorSuppressionReason | undefined;
}

/**
 * Returns the change that a decision makes to the messaging state of its delivery. Null if nothing changes. A lost
 * answer is recorded for every delivery. After a lost answer, only a status update from the vendor starts the next
 * fallback step, because after any other failure both messages might arrive.
 * @param now milliseconds since the epoch
 */
export function messagingAfter(
  messaging: DeliveryMessaging | null,
  decided: EndedDelivery,
  now: number,
): MessagingChange | null {
  const lost = messaging?.lost === true || decided.errorKind === 'unconfirmed';
  if (decided.state === 'scheduled' || messaging?.on === undefined)
    return lost && messaging?.lost !== true ? { lost } : null;
  const trigger = lost ? null : triggerOf(decided);
  return {
    until: now + (messaging.withinMs ?? 0),
    ...(lost ? { lost } : {}),
    ...(trigger !== null && messaging.on.includes(trigger) ? { trigger } : {}),
  };
}

const BATCH = 100;
/** Time for which a failed fallback step is skipped, in milliseconds, so that it does not block other steps. */
const SKIP_MS = 300_000;
/**
 * Maximum number of fallback steps that are skipped at one time. Above this number, the step that was skipped first is
 * retried.
 */
const MAX_SKIPPED = 1_000;
/** Number of consecutive failures after which the cause is taken to be the database, not a single fallback step. */
const MAX_FAILED_IN_A_ROW = 5;

/**
 * Creates the deliveries of triggered fallback steps. A crash loses no step, because a trigger stays stored until its
 * step exists.
 */
export class FallbackSteps {
  private last: Promise<unknown> = Promise.resolve();
  private queued: Promise<void> | null = null;
  /** End of the skip period of each triggered fallback step, by the id of the delivery that triggered the step. */
  private readonly skipped = new Map<string, number>();

  constructor(
    private readonly store: Pick<MessagingStore, 'triggeredSteps' | 'createSteps'>,
    private readonly subscriptions: Pick<MappingCache, 'messagingOf'>,
    private readonly wakeUps: Pick<WakeUps, 'wake'>,
    private readonly clock: Clock,
    private readonly onFault: (error: unknown, context: string) => void,
  ) {}

  /**
   * Creates all fallback steps that were triggered before the call. Calls during a running round share one further
   * round. If a single step fails, the failure is reported and the step is retried later. Rejects if the database is
   * unavailable; the next round then continues.
   */
  once(): Promise<void> {
    if (this.queued !== null) return this.queued;
    const round = this.last.then(() => {
      this.queued = null;
      return this.round();
    });
    this.queued = round;
    this.last = round.catch(() => undefined);
    return round;
  }

  private async round(): Promise<void> {
    for (;;) {
      const triggered = await this.store.triggeredSteps(BATCH, this.skippedNow());
      if (triggered.length === 0) return;
      const steps = await this.each(
        triggered,
        ({ id }) => id,
        (one) => this.stepOf(one),
      );
      for (const { delivery } of await this.create(steps))
        if (delivery !== null) this.wakeUps.wake(delivery.destinationId);
      if (triggered.length < BATCH) return;
    }
  }

  private async stepOf(triggered: TriggeredStep): Promise<NextStep> {
    const rules = await this.subscriptions.messagingOf(triggered.subscriptionVersionId);
    return nextStep(triggered, rules, this.clock.now());
  }

  /**
   * Creates fallback steps in one call. If the call fails, creates each step separately, because a single step may be
   * the cause.
   * @returns the created steps
   */
  private async create(steps: readonly NextStep[]): Promise<readonly NextStep[]> {
    try {
      await this.store.createSteps(steps);
      return steps;
    } catch {
      return this.each(
        steps,
        ({ triggered }) => triggered.id,
        async (step) => {
          await this.store.createSteps([step]);
          return step;
        },
      );
    }
  }

  /**
   * Runs a function for each item and returns the results. Skips an item whose call fails. Rejects after many
   * consecutive failures.
   */
  private async each<T, R>(
    items: readonly T[],
    idOf: (item: T) => string,
    work: (item: T) => Promise<R>,
  ): Promise<readonly R[]> {
    const results: R[] = [];
    let failedInARow = 0;
    for (const item of items) {
      try {
        results.push(await work(item));
        failedInARow = 0;
      } catch (error) {
        this.skip(idOf(item));
        failedInARow += 1;
        if (failedInARow === MAX_FAILED_IN_A_ROW) throw error;
        this.onFault(error, `fallback step after delivery ${idOf(item)}`);
      }
    }
    return results;
  }

  private skip(id: string): void {
    this.skipped.delete(id);
    this.skipped.set(id, this.clock.now() + SKIP_MS);
    const oldest = this.skipped.keys().next();
    if (this.skipped.size > MAX_SKIPPED && oldest.done !== true) this.skipped.delete(oldest.value);
  }

  private skippedNow(): readonly string[] {
    const now = this.clock.now();
    for (const [id, until] of this.skipped) if (until <= now) this.skipped.delete(id);
    return [...this.skipped.keys()];
  }
}

/**
 * Returns the next fallback step after a delivery. Pure. The next step of a digest has the same members as the digest.
 * If a person redelivered the delivery, rules about times are not checked for the next step either.
 */
export function nextStep(triggered: TriggeredStep, rules: MessagingRecord | null, now: number): NextStep {
  const { digest, redelivered, routed, step: previous = 0 } = triggered.messaging;
  const index = rules === null ? 0 : nextIndex(rules, previous, routed?.destinationId);
  const spec = rules?.fallback[index];
  if (spec === undefined) return { triggered, delivery: null };
  const step = index + 1;
  const messaging = {
    ...{ step, ...messagingOfStep(rules, step, routed?.destinationId) },
    ...(routed === undefined ? {} : { routed }),
    ...(digest === undefined ? {} : { digest }),
    ...(redelivered === undefined ? {} : { redelivered }),
  };
  return {
    triggered,
    delivery: { id: nextStepId(triggered.id), destinationId: spec.destinationId, dueAt: now, messaging },
  };
}
