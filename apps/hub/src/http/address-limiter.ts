const WINDOW_MS = 60_000;
/** Maximum number of stored addresses. The address whose minute began first is forgotten first. */
const MAX_ADDRESSES = 10_000;

/** Calls of an address in the minute that began with its first call. */
interface Minute {
  readonly startedAt: number;
  calls: number;
}

/**
 * Limiter of calls per minute and address, for calls without a key. Counts in this process only. If the clock goes back, a
 * new minute begins.
 */
export class AddressLimiter {
  /** Minutes by address, oldest first. */
  private readonly minutes = new Map<string, Minute>();

  /** @param onLimit called with the address at its first refused call of a minute */
  constructor(
    private readonly callsPerMinute: number,
    private readonly onLimit: (address: string) => void,
  ) {}

  /**
   * Counts a call. Returns false if the address has made too many calls.
   * @param now milliseconds since the epoch
   */
  allows(address: string, now: number): boolean {
    const last = this.minutes.get(address);
    const age = last === undefined ? WINDOW_MS : now - last.startedAt;
    const isRunning = last !== undefined && age >= 0 && age < WINDOW_MS;
    const minute = isRunning ? last : { startedAt: now, calls: 0 };
    if (!isRunning) this.store(address, minute);
    minute.calls += 1;
    if (minute.calls === this.callsPerMinute + 1) this.onLimit(address);
    return minute.calls <= this.callsPerMinute;
  }

  private store(address: string, minute: Minute): void {
    this.minutes.delete(address);
    this.minutes.set(address, minute);
    if (this.minutes.size <= MAX_ADDRESSES) return;
    const [oldest] = this.minutes.keys();
    if (oldest !== undefined) this.minutes.delete(oldest);
  }
}
