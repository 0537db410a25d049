import type { Span, WaitingSample } from '../checks/stalls.js';
import { HUB_NAMES } from './hub-processes.js';
import { sleep } from './sleep.js';
import type { TestBed } from './test-bed.js';

const EVERY_MS = 500;

/** Records twice per second which deliveries wait, for the check of stalls. */
export class BacklogWatch {
  readonly samples: WaitingSample[] = [];
  /** Time spans in which a fault prevents all deliveries. */
  readonly explained: Span[] = [];
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;

  constructor(private readonly testBed: TestBed) {
    this.running = this.run();
  }

  /**
   * Records that a fault explains a stall. The fault explains stalls until `afterwardsMs` milliseconds after its
   * repair.
   */
  async during(fault: Promise<void>, afterwardsMs: number): Promise<void> {
    const from = performance.now();
    await fault.finally(() => this.explained.push({ from, to: performance.now() + afterwardsMs }));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { database, hubs } = this.testBed;
    let before = performance.now();
    while (!this.stopping.signal.aborted) {
      const destinations = await database.waiting().catch(() => undefined);
      const at = performance.now();
      if (destinations !== undefined) this.samples.push({ at, destinations });
      if (HUB_NAMES.every((name) => hubs.at(name) === undefined)) this.explained.push({ from: before, to: at });
      before = at;
      await sleep(EVERY_MS);
    }
  }
}
