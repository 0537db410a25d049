/** Time within which the queue must answer, in milliseconds. */
export const QUEUE_TIMEOUT_MS = 2_000;

/** Time between two checks while the queue answers, in milliseconds. */
const CHECK_EVERY_MS = 1_000;
/** Time until the next check after a failed check, in milliseconds. */
const RETRY_EVERY_MS = 250;

/**
 * Time after which the connection of an unanswered check is replaced, in milliseconds. A connection to a host that lost
 * its network stays open for many minutes, even after Sentinel or a cluster has replaced the host.
 */
const RECONNECT_AFTER_MS = 3_000;

/** Error of a call that the queue did not answer in time. */
export class QueueTimeoutError extends Error {
  constructor() {
    super(`The queue did not answer within ${QUEUE_TIMEOUT_MS} ms. Check that its Redis or PostgreSQL is reachable.`);
  }
}

/**
 * Tracks the availability of the queue by a check once per second. If a check times out, the queue counts as down until
 * the answer to this check arrives. Therefore at most one check is outstanding.
 */
export class QueueAvailability {
  private isUp = false;
  private closed = false;
  private timer: NodeJS.Timeout | undefined;
  private reconnectTimer: NodeJS.Timeout | undefined;

  /**
   * @param check resolves if the queue answers
   * @param reconnect replaces an open connection to the queue; called repeatedly while a check is unanswered
   * @param onChange called when the queue goes up or down
   */
  constructor(
    private readonly check: () => Promise<unknown>,
    private readonly reconnect: () => void,
    private readonly onChange: (up: boolean) => void,
  ) {}

  /** Starts the checks. Resolves after the first answer or its timeout. */
  async start(): Promise<void> {
    const first = this.round();
    await withQueueTimeout(first).catch(() => undefined);
    if (!this.isUp) this.onChange(false);
  }

  /** Marks the queue as down until a check succeeds. Called after a failed call to the queue. */
  failed(): void {
    this.set(false);
  }

  close(): void {
    this.closed = true;
    this.isUp = false;
    clearTimeout(this.timer);
    clearInterval(this.reconnectTimer);
  }

  private async round(): Promise<void> {
    const answer = this.check();
    try {
      await withQueueTimeout(answer);
      this.set(true);
    } catch {
      this.set(false);
      if (!this.closed) this.reconnectTimer = setInterval(this.reconnect, RECONNECT_AFTER_MS);
      await answer.then(
        () => this.set(true),
        () => undefined,
      );
      clearInterval(this.reconnectTimer);
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

/** Resolves with the queue's answer. Rejects if the queue does not answer within two seconds. */
export async function withQueueTimeout(answer: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new QueueTimeoutError()), QUEUE_TIMEOUT_MS);
  });
  try {
    await Promise.race([answer, overdue]);
  } finally {
    clearTimeout(timer);
  }
}
