const SWEEP_INTERVAL_MS = 1_000;
/**
 * Maximum random deviation from the sweep interval, in milliseconds. The deviation keeps the workers from sweeping for
 * the same deliveries at the same time.
 */
const JITTER_MS = 500;
const MIN_PAUSE_MS = 50;
/** Maximum share of the worker's time that consecutive sweeps may take. */
const MAX_TIME_SHARE = 0.2;

/**
 * Returns the pause until the next sweep, in milliseconds. The pause is about a second. If the queue is down and there
 * is work, the pause is shorter, because this worker gets no wake-ups from other processes.
 * @param random from 0 to 1
 */
export function sweepPause(last: { found: boolean; tookMs: number }, queueUp: boolean, random: number): number {
  if (last.found && !queueUp) return Math.min(SWEEP_INTERVAL_MS, Math.max(MIN_PAUSE_MS, last.tookMs / MAX_TIME_SHARE));
  return SWEEP_INTERVAL_MS + (2 * random - 1) * JITTER_MS;
}
