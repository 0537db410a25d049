import type { BatchLimits } from '@patchbay/plugin-sdk';
import type { CallPermit } from '../delivery/attempt.js';
import type { AttemptBatch, BatchAttempt } from '../delivery/attempt-batch.js';
import type { AttemptOutcome, ClaimedDelivery } from '../delivery/delivery.js';
import type { AttemptTrace, Traces } from './traces.port.js';

/** Batches with a span per call, and a span per member in the trace of its event. Used only if tracing is on. */
export class TracedBatches implements Pick<AttemptBatch, 'attempt'> {
  constructor(
    private readonly batches: Pick<AttemptBatch, 'attempt'>,
    private readonly traces: Traces,
  ) {}

  /** Makes one call for several deliveries, see {@link AttemptBatch.attempt}. */
  async attempt(
    deliveries: readonly ClaimedDelivery[],
    limits: BatchLimits,
    permit: CallPermit,
    repeated: string | null,
  ): Promise<BatchAttempt> {
    const attempts = new Map<string, AttemptTrace>();
    for (const delivery of deliveries) {
      const attempt = this.traces.beginAttempt(delivery);
      if (attempt !== null) attempts.set(delivery.id, attempt);
    }
    const [first, ...others] = attempts.values();
    if (first === undefined) return this.batches.attempt(deliveries, limits, permit, repeated);
    const trace = this.traces.beginBatch(first, others);
    const result = await this.batches.attempt(deliveries, limits, { ...permit, trace }, repeated);
    trace.end(result.sent.length);
    for (const [id, outcome] of outcomesOf(result)) attempts.get(id)?.end(outcome);
    return result;
  }
}

/** Returns the outcomes of all deliveries of an attempt, by delivery id. */
function outcomesOf({ apart, released, sent }: BatchAttempt): ReadonlyMap<string, AttemptOutcome['kind'] | 'release'> {
  const outcomes = new Map<string, AttemptOutcome['kind'] | 'release'>();
  for (const { delivery, outcome } of [...apart, ...sent]) outcomes.set(delivery.id, outcome.kind);
  for (const { id } of released) outcomes.set(id, 'release');
  return outcomes;
}
