import type { Clock } from '../clock.js';
import type { FallbackSteps } from '../messaging/fallback.js';
import type { DeliveryStore } from './delivery-store.port.js';
import type { Dispatcher } from './worker.js';
import type { WorkerRing } from './worker-ring.js';

/** Maximum number of slices (bounded rounds of claims) that one sweep starts without the queue. */
const MAX_STARTED_LOCALLY = 64;

/**
 * Compensates for lost wake-ups: schedules destinations that have due deliveries, reclaims expired leases, and creates
 * the deliveries of triggered fallback steps. Fast enough to run every second.
 */
export class Sweep {
  private foundBefore: ReadonlySet<string> = new Set();

  constructor(
    private readonly store: Pick<DeliveryStore, 'destinationsWithDueWork'>,
    private readonly dispatcher: Pick<Dispatcher, 'reclaimExpired' | 'wake' | 'startSlice'>,
    private readonly fallbacks: Pick<FallbackSteps, 'once'>,
    private readonly ring: Pick<WorkerRing, 'preferredFirst' | 'serves'>,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs one sweep. If the last sweep already found a destination, this worker also starts a slice (one bounded round
   * of claims) of the destination without the queue. The reason is that the worker that handled the wake-up may have
   * died, and the queue then delays further wake-ups for ten seconds. Throws if the database is unavailable; the next
   * sweep retries.
   * @returns true if any destination had due deliveries
   */
  async once(): Promise<boolean> {
    await this.dispatcher.reclaimExpired();
    const due = await this.store.destinationsWithDueWork(this.clock.now());
    for (const destinationId of this.ring.preferredFirst(due)) this.dispatcher.wake(destinationId);
    const foundAgain = due.filter((id) => this.foundBefore.has(id) && this.ring.serves(id));
    for (const destinationId of foundAgain.slice(0, MAX_STARTED_LOCALLY)) this.dispatcher.startSlice(destinationId);
    this.foundBefore = new Set(due);
    // Create fallback steps last, so that a failing step does not prevent the wake-ups.
    await this.fallbacks.once();
    return due.length > 0;
  }
}
