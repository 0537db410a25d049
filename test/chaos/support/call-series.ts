import { forMs } from './for-ms.js';
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

  /** Resolves when the call is acknowledged, or {@link stop} was called. */
  async send(events: readonly object[]): Promise<void> {
    while ((await this.endpoint.post(events)) === undefined && !this.stopped) await forMs(PAUSE_MS);
    if (this.random.chance(REPEATED)) await this.endpoint.post(events);
  }

  /** Gives up on what is not acknowledged. */
  stop(): void {
    this.stopped = true;
  }
}
