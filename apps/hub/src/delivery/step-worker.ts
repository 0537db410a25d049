import type { Logger } from 'pino';
import { Rounds } from './rounds.js';

const ROUND_EVERY_MS = 250;

/** Keeps a long work of a process going: steps, one after the other, for as long as there is something to do. */
export class StepWorker {
  private readonly rounds: Rounds;
  private stopped = false;

  /**
   * @param runner one step; false: there is nothing to do now
   * @param what for the log: `a replay`
   */
  constructor(runner: { once(): Promise<boolean> }, what: string, logger: Logger) {
    const round = async (): Promise<void> => {
      while (!this.stopped && (await runner.once()));
    };
    this.rounds = new Rounds(round, ROUND_EVERY_MS, (error) =>
      logger.warn({ err: error }, `a step of ${what} failed; it is tried again`),
    );
  }

  start(): void {
    this.rounds.start();
  }

  /** Resolves when the step that runs has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.rounds.stop();
  }
}
