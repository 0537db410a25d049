/** Maximum number of remembered positions. */
const MAX_POSITIONS = 4_096;

/** Position of the primary in its WAL, and the time at which it was read. */
interface ReadPosition {
  readonly position: bigint;
  /** Monotonic time in milliseconds before the position was read. */
  readonly at: number;
}

/**
 * Estimate of how old the data of a standby is, from positions of the primary. The standby contains everything that was
 * committed before the newest position that it has replayed. Therefore an idle primary causes no lag, unlike the age of
 * the last replayed transaction.
 */
export class ReplayLag {
  /** Positions in ascending order of time. The standby has replayed at most the first one. */
  private positions: ReadPosition[] = [];

  /** Remembers a position of the primary. @param at monotonic time in milliseconds before the position was read */
  add(position: bigint, at: number): void {
    // The older position of two equal positions is the worse estimate.
    if (this.positions.at(-1)?.position === position) this.positions.pop();
    this.positions.push({ position, at });
    // With fewer positions, the lag of a standby that catches up after hours is overestimated until it has caught up.
    if (this.positions.length > MAX_POSITIONS) this.positions = this.positions.filter((_, index) => index % 2 === 0);
  }

  /**
   * Returns the maximum age of the standby's data in milliseconds. Null if it is unknown, because the standby has replayed
   * none of the remembered positions.
   * @param replayed position up to which the standby has replayed
   * @param now monotonic time in milliseconds before `replayed` was requested
   */
  of(replayed: bigint, now: number): number | null {
    const newest = this.positions.findLastIndex(({ position }) => position <= replayed);
    if (newest === -1) return null;
    this.positions = this.positions.slice(newest);
    // Data that contains the newest position is current.
    return this.positions.length === 1 ? 0 : Math.max(0, now - (this.positions[0]?.at ?? now));
  }
}

/**
 * Converts a position such as `0/3000148`, as `pg_lsn` writes it, to a number. Null if the text is not a position.
 */
export function parsePosition(text: string): bigint | null {
  const [, high, low] = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(text) ?? [];
  return high === undefined || low === undefined ? null : (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}
