import type { Clock } from '../clock.js';
import type { MessagingRecord } from '../configuration/configuration-snapshot.js';
import type { MappingCatalogue } from '../delivery/mapping-catalogue.js';
import type { WakeUps } from '../delivery/wake-ups.port.js';
import { flowOfStep, nextStepId } from './fallback.js';
import type { CalledStep, FlowStore, NextStep } from './flow-store.port.js';

const BATCH = 100;

/** Makes the steps of fallbacks that were called. A call stays until its step is made, so a crash loses none. */
export class FallbackSteps {
  private last: Promise<unknown> = Promise.resolve();
  private queued: Promise<void> | null = null;

  constructor(
    private readonly store: Pick<FlowStore, 'calledSteps' | 'makeSteps'>,
    private readonly subscriptions: Pick<MappingCatalogue, 'messagingOf'>,
    private readonly wakeUps: Pick<WakeUps, 'wake'>,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes all that were called by now. Rounds that are asked for while one runs are one more together. Rejects where the
   * database is away; the next round goes on.
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
      const called = await this.store.calledSteps(BATCH);
      if (called.length === 0) return;
      const steps: NextStep[] = [];
      for (const call of called) {
        steps.push(nextStep(call, await this.subscriptions.messagingOf(call.subscriptionVersionId), this.clock.now()));
      }
      await this.store.makeSteps(steps);
      for (const { made } of steps) if (made !== null) this.wakeUps.wake(made.destinationId);
      if (called.length < BATCH) return;
    }
  }
}

/**
 * The delivery that a call makes. Pure. A digest's step carries what the digest carried, and of what a person had sent again
 * no rule about when is asked.
 */
export function nextStep(called: CalledStep, messaging: MessagingRecord | null, now: number): NextStep {
  const step = (called.flow.step ?? 0) + 1;
  const spec = messaging?.fallback[step - 1];
  if (spec === undefined) return { called, made: null };
  const { digest, redelivered } = called.flow;
  const flow = {
    ...{ step, ...flowOfStep(messaging, step) },
    ...(digest === undefined ? {} : { digest }),
    ...(redelivered === undefined ? {} : { redelivered }),
  };
  return { called, made: { id: nextStepId(called.id), destinationId: spec.destinationId, dueAt: now, flow } };
}
