const EVERY_MS = 1_000;
/** Workers that find the same work by their sweeps do not keep step: these are spread by up to so much. */
const JITTER_MS = 500;
const SOON_MS = 50;
/** Sweeps that follow each other take at most this part of the time. */
const LARGEST_PART = 0.2;

/**
 * Pause until the next sweep, in milliseconds: about a second, and less while the queue is down and there is work, because
 * then no other process announces more of it.
 * @param random from 0 to 1
 */
export function sweepPause(last: { found: boolean; tookMs: number }, queueUp: boolean, random: number): number {
  if (last.found && !queueUp) return Math.min(EVERY_MS, Math.max(SOON_MS, last.tookMs / LARGEST_PART));
  return EVERY_MS + (2 * random - 1) * JITTER_MS;
}
