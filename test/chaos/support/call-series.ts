import { sleep } from './sleep.js';
import type { IngestEndpoint } from './ingest-endpoint.js';
import type { SeededRandom } from './seeded-random.js';

const PAUSE_MS = 50;
/** Probability that a call is sent again after the hub acknowledged the call. */
const REPEATED = 0.1;

/**
 * Sender of calls to one source, one after the other. Repeats each call until the hub acknowledges the call, and only
 * then sends the next call.
 */
export class CallSeries {
  private stopped = false;

  constructor(
    private readonly endpoint: IngestEndpoint,
    private readonly random: SeededRandom,
  ) {}

  /**
   * Sends the events in one call. Returns the ids that the hub gave the events when it acknowledged the call. Returns
   * an empty list if {@link stop} was called before the acknowledgement.
   */
  async send(events: readonly object[]): Promise<readonly string[]> {
    let ids = await this.endpoint.post(events);
    while (ids === undefined && !this.stopped) {
      await sleep(PAUSE_MS);
      ids = await this.endpoint.post(events);
    }
    if (this.random.chance(REPEATED)) await this.endpoint.post(events);
    return ids ?? [];
  }

  /** Stops the repetition of calls that are not acknowledged. */
  stop(): void {
    this.stopped = true;
  }
}
