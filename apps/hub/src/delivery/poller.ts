/** Runs work periodically, one run at a time. */
export class Poller {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  /**
   * @param poll one run; its error is passed to `onFault` and does not stop the poller
   * @param pauseMs time from the end of a run to the start of the next, in milliseconds
   */
  constructor(
    private readonly poll: () => Promise<void>,
    private readonly pauseMs: number | (() => number),
    private readonly onFault: (error: unknown) => void,
  ) {}

  start(firstAfterMs = 0): void {
    this.timer = setTimeout(() => {
      this.running = this.poll()
        .catch(this.onFault)
        .then(() => {
          if (!this.stopped) this.start(typeof this.pauseMs === 'number' ? this.pauseMs : this.pauseMs());
        });
    }, firstAfterMs);
  }

  /** Resolves when the current run has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.running;
  }
}
