/**
 * Returns milliseconds since the epoch by the original clock of this process, even if `Date.now` was replaced. The
 * suite gives plugins a wrong `Date.now`; vendors and the hub use this clock.
 */
export function realTime(): number {
  return performance.timeOrigin + performance.now();
}
