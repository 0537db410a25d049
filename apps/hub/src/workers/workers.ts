import { Injectable } from '@nestjs/common';

/** Background work of one feature. */
interface Worker {
  start(): Promise<void> | void;
}

/**
 * Background work that delivers, replays and erases. Each feature adds its worker in `onApplicationBootstrap` and stops
 * it in `onApplicationShutdown`. The hub starts all workers itself after its port is open, so that a hub that cannot use
 * its port stops with nothing in flight. Nest has no hook for that moment.
 */
@Injectable()
export class Workers {
  private readonly added: Worker[] = [];

  add(worker: Worker): void {
    this.added.push(worker);
  }

  /** Starts the workers one after the other, in the order in which Nest starts their modules. */
  async start(): Promise<void> {
    for (const worker of this.added) await worker.start();
  }
}
