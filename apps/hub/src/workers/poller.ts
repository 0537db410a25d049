import { setTimeout as delay } from 'node:timers/promises';

/** Runs work periodically, one run at a time. */
export class Poller {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  /**
   * @param poll one run; if it returns true, there is more work and the next run begins at once
   * @param pauseMs time from the end of a run to the start of the next, in milliseconds
   * @param onFault gets the error of a run, which does not stop the poller
   */
  constructor(
    private readonly poll: () => Promise<unknown>,
    private readonly pauseMs: number | (() => number),
    private readonly onFault: (error: unknown) => void,
  ) {}

  start(firstAfterMs = 0): void {
    this.running = this.run(firstAfterMs);
  }

  /** Resolves when the current run has ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(firstAfterMs: number): Promise<void> {
    const { signal } = this.stopping;
    let pauseMs = firstAfterMs;
    for (;;) {
      // The promise of the pause rejects when the poller is stopped.
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      let more = false;
      try {
        more = (await this.poll()) === true;
      } catch (error) {
        this.onFault(error);
      }
      if (more) pauseMs = 0;
      else pauseMs = typeof this.pauseMs === 'number' ? this.pauseMs : this.pauseMs();
    }
  }
}
