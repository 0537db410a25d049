import type { Clock } from '../clock.js';
import type { FallbackSteps } from '../messaging/fallback-steps.js';
import type { DeliveryStore } from './delivery-store.port.js';
import type { Dispatcher } from './dispatcher.js';
import type { WorkerRing } from './worker-ring.js';

/** Slices that one sweep starts without the queue, at most. */
const MAX_STARTED_LOCALLY = 64;

/**
 * Makes up for every lost hint: wakes destinations that have due work, reclaims expired leases, and makes the
 * steps of fallbacks that were called. Cheap enough for every second.
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
   * One round. A destination that the last round found too is not left to the queue again: if the worker that handled its
   * wake-up died, the queue holds the next ones back for ten seconds. Throws where the database is away; the next round retries.
   * @returns whether any destination had due work
   */
  async once(): Promise<boolean> {
    await this.dispatcher.reclaimExpired();
    const due = await this.store.destinationsWithDueWork(this.clock.now());
    for (const destinationId of this.ring.preferredFirst(due)) this.dispatcher.wake(destinationId);
    const foundAgain = due.filter((id) => this.foundBefore.has(id) && this.ring.serves(id));
    for (const destinationId of foundAgain.slice(0, MAX_STARTED_LOCALLY)) this.dispatcher.startSlice(destinationId);
    this.foundBefore = new Set(due);
    // Last, so that a step that cannot be made keeps nothing else from being woken.
    await this.fallbacks.once();
    return due.length > 0;
  }
}
