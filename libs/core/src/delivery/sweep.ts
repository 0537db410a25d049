import type { Clock } from '../clock.js';
import type { FallbackSteps } from '../flows/fallback-steps.js';
import type { DeliveryStore } from './delivery-store.port.js';
import type { Dispatcher } from './dispatcher.js';
import type { Fleet } from './fleet.js';

/**
 * Makes up for every lost hint: wakes destinations that have due work, takes over what dead workers left, and makes the
 * steps of fallbacks that were called. Cheap enough for every second.
 */
export class Sweep {
  constructor(
    private readonly store: Pick<DeliveryStore, 'destinationsWithDueWork'>,
    private readonly dispatcher: Pick<Dispatcher, 'takeOverExpired' | 'wake'>,
    private readonly fallbacks: Pick<FallbackSteps, 'once'>,
    private readonly fleet: Pick<Fleet, 'preferredFirst'>,
    private readonly clock: Clock,
  ) {}

  /**
   * One round. Throws where the database is away; the next round tries again.
   * @returns whether any destination had due work
   */
  async once(): Promise<boolean> {
    await this.dispatcher.takeOverExpired();
    await this.fallbacks.once();
    const due = await this.store.destinationsWithDueWork(this.clock.now());
    for (const destinationId of this.fleet.preferredFirst(due)) this.dispatcher.wake(destinationId);
    return due.length > 0;
  }
}
