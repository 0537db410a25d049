import type { AttemptDelivery, CallPermit } from '../delivery/attempt.js';
import type { AttemptOutcome, ClaimedDelivery } from '../delivery/delivery.js';
import type { Traces } from './traces.port.js';

/** Attempts with a span each. Used only if tracing is on. */
export class TracedAttempts implements Pick<AttemptDelivery, 'attempt'> {
  constructor(
    private readonly attempts: Pick<AttemptDelivery, 'attempt'>,
    private readonly traces: Traces,
  ) {}

  /** Makes an attempt, see {@link AttemptDelivery.attempt}. */
  async attempt(delivery: ClaimedDelivery, permit: CallPermit): Promise<AttemptOutcome | 'release'> {
    const trace = this.traces.beginAttempt(delivery);
    if (trace === null) return this.attempts.attempt(delivery, permit);
    const outcome = await this.attempts.attempt(delivery, { ...permit, trace });
    trace.end(outcome === 'release' ? outcome : outcome.kind);
    return outcome;
  }
}
