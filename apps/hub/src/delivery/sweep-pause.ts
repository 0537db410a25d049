const SWEEP_INTERVAL_MS = 1_000;
/** Workers that find the same work by their sweeps do not keep step: these are spread by up to so much. */
const JITTER_MS = 500;
const MIN_PAUSE_MS = 50;
/** Sweeps that follow each other take at most this part of the time. */
const MAX_TIME_SHARE = 0.2;

/**
 * Pause until the next sweep, in milliseconds: about a second, and less while the queue is down and there is work, because
 * then no other process announces more of it.
 * @param random from 0 to 1
 */
export function sweepPause(last: { found: boolean; tookMs: number }, queueUp: boolean, random: number): number {
  if (last.found && !queueUp) return Math.min(SWEEP_INTERVAL_MS, Math.max(MIN_PAUSE_MS, last.tookMs / MAX_TIME_SHARE));
  return SWEEP_INTERVAL_MS + (2 * random - 1) * JITTER_MS;
}
