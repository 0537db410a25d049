import type { Clock } from '../clock.js';
import type { MessagingRecord } from '../configuration/configuration-snapshot.js';
import type { MappingCache } from '../delivery/mapping-cache.js';
import type { WakeUps } from '../delivery/wake-ups.port.js';
import { messagingOfStep, nextStepId } from './fallback.js';
import type { TriggeredStep, MessagingStore, NextStep } from './messaging-store.port.js';

const BATCH = 100;
/** A call that failed is left out for this long, in milliseconds, so that it never blocks the calls behind it. */
const SKIP_MS = 300_000;
/** Calls that are skipped, at most; beyond that the oldest is retried. */
const MAX_SKIPPED = 1_000;
/** After this many failures in a row the database, and not a call, is taken to be the cause. */
const MAX_FAILED_IN_A_ROW = 5;

/** Creates triggered fallback steps. A trigger is stored until its step is created, so a crash loses none. */
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
    private readonly onFault: (error: unknown, where: string) => void,
  ) {}

  /**
   * Creates all steps that were triggered by now. Requests during a round share one further round. A step that fails by
   * itself is reported and retried later. Rejects if the database is away; the next round continues.
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
        (call) => call.id,
        (call) => this.stepOf(call),
      );
      for (const { delivery } of await this.create(steps))
        if (delivery !== null) this.wakeUps.wake(delivery.destinationId);
      if (triggered.length < BATCH) return;
    }
  }

  private async stepOf(call: TriggeredStep): Promise<NextStep> {
    return nextStep(call, await this.subscriptions.messagingOf(call.subscriptionVersionId), this.clock.now());
  }

  /** Makes steps together, or one by one if that fails: one of them may be the cause. Resolves with those made. */
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

  /** Results of the work on each call. A call whose work fails is skipped. Rejects if many fail in a row. */
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
 * The delivery that a call makes. Pure. The step of a digest has the same members. Of what a person redelivered,
 * no rule about times is checked.
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
