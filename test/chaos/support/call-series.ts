import { sleep } from './sleep.js';
import type { IngestEndpoint } from './ingest-endpoint.js';
import type { SeededRandom } from './seeded-random.js';

const PAUSE_MS = 50;
/** Chance that a call that was acknowledged is sent once more. */
const REPEATED = 0.1;

/** Calls to one source, one after the other: a call is sent until it is acknowledged, and only then the next. */
export class CallSeries {
  private stopped = false;

  constructor(
    private readonly endpoint: IngestEndpoint,
    private readonly random: SeededRandom,
  ) {}

  /** Returns the hub's ids of the events when the call is acknowledged; none if {@link stop} was called. */
  async send(events: readonly object[]): Promise<readonly string[]> {
    let ids = await this.endpoint.post(events);
    while (ids === undefined && !this.stopped) {
      await sleep(PAUSE_MS);
      ids = await this.endpoint.post(events);
    }
    if (this.random.chance(REPEATED)) await this.endpoint.post(events);
    return ids ?? [];
  }

  /** Gives up on what is not acknowledged. */
  stop(): void {
    this.stopped = true;
  }
}
