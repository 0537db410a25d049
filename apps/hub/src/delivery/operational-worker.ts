import type { OperationalRelay } from '@patchbay/core';
import type { Logger } from 'pino';
import { Poller } from './poller.js';

const POLL_INTERVAL_MS = 1_000;

/** Publishes operational events once per second, until the outbox is empty. */
export class OperationalWorker {
  private readonly poller: Poller;
  private stopped = false;

  constructor(relay: Pick<OperationalRelay, 'once'>, logger: Logger) {
    const relayOnce = async (): Promise<void> => {
      while (!this.stopped && (await relay.once()) > 0);
    };
    this.poller = new Poller(relayOnce, POLL_INTERVAL_MS, (error) =>
      logger.warn({ err: error }, 'publishing operational events failed, will be repeated'),
    );
  }

  start(): void {
    this.poller.start();
  }

  /** Resolves when the current run has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.poller.stop();
  }
}
