import type { Clock } from '../clock.js';
import type { MessagingRecord } from '../configuration/configuration-snapshot.js';
import type { MappingCache } from '../delivery/mapping-cache.js';
import type { WakeUps } from '../delivery/wake-ups.port.js';
import { messagingOfStep, nextStepId } from './fallback.js';
import type { TriggeredStep, MessagingStore, NextStep } from './messaging-store.port.js';

const BATCH = 100;
/** Time for which a failed step is skipped, in milliseconds, so that it does not block other steps. */
const SKIP_MS = 300_000;
/**
 * Maximum number of steps that are skipped at the same time. If there are more, the step that was skipped first is
 * retried.
 */
const MAX_SKIPPED = 1_000;
/** Consecutive failures after which the database, and not a single step, is taken to be the cause. */
const MAX_FAILED_IN_A_ROW = 5;

/**
 * Creates the deliveries of triggered fallback steps. A trigger stays stored until its step exists, so a crash loses no
 * step.
 */
export class FallbackSteps {
  private last: Promise<unknown> = Promise.resolve();
  private queued: Promise<void> | null = null;
  /** End of the skip period of each triggered step, by the id of the delivery that triggered it. */
  private readonly skipped = new Map<string, number>();

  constructor(
    private readonly store: Pick<MessagingStore, 'triggeredSteps' | 'createSteps'>,
    private readonly subscriptions: Pick<MappingCache, 'messagingOf'>,
    private readonly wakeUps: Pick<WakeUps, 'wake'>,
    private readonly clock: Clock,
    private readonly onFault: (error: unknown, context: string) => void,
  ) {}

  /**
   * Creates all steps that were triggered before now. Calls during a round share one further round. If a single step
   * fails, it is reported and retried later. Rejects if the database is unavailable; the next round then continues.
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
   * Creates steps in one call. If that fails, creates each step separately, because a single step may be the cause.
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

  /** Runs work on each item and returns the results. An item that fails is skipped. Rejects after many consecutive failures. */
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
 * Returns the next step after a delivery. Pure. The next step of a digest has the same members. If a person redelivered
 * the delivery, rules about times are not checked for the next step either.
 */
export function nextStep(triggered: TriggeredStep, rules: MessagingRecord | null, now: number): NextStep {
  const step = (triggered.messaging.step ?? 0) + 1;
  const spec = rules?.fallback[step - 1];
  if (spec === undefined) return { triggered, delivery: null };
  const { digest, redelivered } = triggered.messaging;
  const messaging = {
    ...{ step, ...messagingOfStep(rules, step) },
    ...(digest === undefined ? {} : { digest }),
    ...(redelivered === undefined ? {} : { redelivered }),
  };
  return {
    triggered,
    delivery: { id: nextStepId(triggered.id), destinationId: spec.destinationId, dueAt: now, messaging },
  };
}
