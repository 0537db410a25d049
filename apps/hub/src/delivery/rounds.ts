/** Work that comes back every so often: one round after the other, never two at a time. */
export class Rounds {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  /**
   * @param round its failures are told, and end nothing
   * @param jitterMs each pause is longer or shorter by up to this much, so that processes do not keep step
   */
  constructor(
    private readonly round: () => Promise<void>,
    private readonly everyMs: number,
    private readonly onFault: (error: unknown) => void,
    private readonly jitterMs = 0,
  ) {}

  start(firstAfterMs = 0): void {
    this.timer = setTimeout(() => {
      this.running = this.round()
        .catch(this.onFault)
        .then(() => {
          if (!this.stopped) this.start(this.everyMs + (2 * Math.random() - 1) * this.jitterMs);
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
