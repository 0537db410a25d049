import { Injectable } from '@nestjs/common';

/** Background work of one feature. */
interface Worker {
  start(): Promise<void> | void;
}

/**
 * Background work that delivers, replays and erases. Each feature adds its worker in `onApplicationBootstrap` and stops
 * it in `onApplicationShutdown`. The hub starts all workers after it has opened its port. If it cannot open the port,
 * it therefore stops with nothing in flight. Nest has no hook after the port is open.
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
