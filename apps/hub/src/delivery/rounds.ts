/** Work that comes back every so often: one round after the other, never two at a time. */
export class Rounds {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  /**
   * @param round its failures are told, and end nothing
   * @param pauseMs from the end of a round to the next
   */
  constructor(
    private readonly round: () => Promise<void>,
    private readonly pauseMs: number | (() => number),
    private readonly onFault: (error: unknown) => void,
  ) {}

  start(firstAfterMs = 0): void {
    this.timer = setTimeout(() => {
      this.running = this.round()
        .catch(this.onFault)
        .then(() => {
          if (!this.stopped) this.start(typeof this.pauseMs === 'number' ? this.pauseMs : this.pauseMs());
        });
    }, firstAfterMs);
  }

  /** Resolves when the round that runs has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.running;
  }
}
