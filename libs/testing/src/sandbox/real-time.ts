/**
 * Returns milliseconds since the epoch by the original clock of this process, even if `Date.now` was replaced. The
 * plugin suite replaces `Date.now` by a wrong clock for plugins; sandboxes and the hub use this function.
 */
export function realTime(): number {
  return performance.timeOrigin + performance.now();
}
