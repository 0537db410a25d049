import { sleep } from './sleep.js';
import type { IngestEndpoint } from './ingest-endpoint.js';
import type { SeededRandom } from './seeded-random.js';

const PAUSE_MS = 50;
/** Probability that an acknowledged call is sent again. */
const REPEATED = 0.1;

/** Sequential calls to one source. Each call is repeated until it is acknowledged; then the next call is sent. */
export class CallSeries {
  private stopped = false;

  constructor(
    private readonly endpoint: IngestEndpoint,
    private readonly random: SeededRandom,
  ) {}

  /** Returns the hub's ids of the events after the acknowledgement. Empty if {@link stop} was called before it. */
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
