import { withQueueTimeout } from './queue-timeout.js';

/** Pause between two checks of a queue that answers, in milliseconds. */
const CHECK_EVERY_MS = 1_000;
/** The same after a check that failed. */
const RETRY_EVERY_MS = 250;

/**
 * Whether the queue can be used now. Checks it once a second; a check that gets no answer in time marks the queue as down
 * until that same check is answered, so at most one is outstanding.
 */
export class QueueAvailability {
  private isUp = false;
  private closed = false;
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param check resolves if the queue answers
   * @param onChange called when the queue goes up or down
   */
  constructor(
    private readonly check: () => Promise<unknown>,
    private readonly onChange: (up: boolean) => void,
  ) {}

  /** False: wake-ups are handled within this process. */
  get up(): boolean {
    return this.isUp;
  }

  /** Resolves after the first answer, at the latest when it is overdue. */
  async start(): Promise<void> {
    const first = this.round();
    await withQueueTimeout(first).catch(() => undefined);
    if (!this.isUp) this.onChange(false);
  }

  /** Reports that a call to the queue failed: it is down until a check succeeds. */
  failed(): void {
    this.set(false);
  }

  close(): void {
    this.closed = true;
    this.isUp = false;
    clearTimeout(this.timer);
  }

  private async round(): Promise<void> {
    const answer = this.check();
    try {
      await withQueueTimeout(answer);
      this.set(true);
    } catch {
      this.set(false);
      await answer.then(
        () => this.set(true),
        () => undefined,
      );
    }
    if (!this.closed) {
      this.timer = setTimeout(() => void this.round(), this.isUp ? CHECK_EVERY_MS : RETRY_EVERY_MS);
    }
  }

  private set(up: boolean): void {
    if (this.closed || up === this.isUp) return;
    this.isUp = up;
    this.onChange(up);
  }
}
