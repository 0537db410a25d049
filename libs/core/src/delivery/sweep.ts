import type { Clock } from '../clock.js';
import type { DeliveryStore } from './delivery-store.port.js';
import type { Dispatcher } from './dispatcher.js';

/**
 * Makes up for every lost hint: wakes destinations that have due work, and takes over what dead workers left. Cheap
 * enough for every second.
 */
export class Sweep {
  constructor(
    private readonly store: Pick<DeliveryStore, 'destinationsWithDueWork'>,
    private readonly dispatcher: Pick<Dispatcher, 'takeOverExpired' | 'wake'>,
    private readonly clock: Clock,
  ) {}

  /** One round. Throws where the database is away; the next round tries again. */
  async once(): Promise<void> {
    await this.dispatcher.takeOverExpired();
    for (const destinationId of await this.store.destinationsWithDueWork(this.clock.now())) {
      this.dispatcher.wake(destinationId);
    }
  }
}
