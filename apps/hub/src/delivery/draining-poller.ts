import type { Logger } from 'pino';
import { Poller } from './poller.js';

const POLL_INTERVAL_MS = 250;

/** Polls for work and repeats its step until nothing is left. */
export class DrainingPoller {
  private readonly poller: Poller;
  private stopped = false;

  /**
   * @param runner runs one step; returns false if nothing is left to do
   * @param what name of the work in log lines: `a replay`
   */
  constructor(runner: { once(): Promise<boolean> }, what: string, logger: Logger) {
    const drain = async (): Promise<void> => {
      while (!this.stopped && (await runner.once()));
    };
    this.poller = new Poller(drain, POLL_INTERVAL_MS, (error) =>
      logger.warn({ err: error }, `step of ${what} failed, will be repeated`),
    );
  }

  start(): void {
    this.poller.start();
  }

  /** Resolves when the current step has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.poller.stop();
  }
}
