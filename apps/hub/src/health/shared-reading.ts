/**
 * Reading that callers share while it runs. Strangers may call the health endpoints, so the number of statements must not
 * depend on the number of their calls.
 */
export class SharedReading<T> {
  private running: Promise<T> | null = null;

  constructor(private readonly read: () => Promise<T>) {}

  /** Returns the result of the running reading. Starts a reading if none runs. Rejects as the reading does. */
  get(): Promise<T> {
    this.running ??= this.read().finally(() => {
      this.running = null;
    });
    return this.running;
  }
}
