import { instantOf } from '../../lib/zoned-time';

/** Choice of the end of a pause: after some minutes, at a time, or when a person resumes. */
export type PauseEnd = '30' | '240' | 'at' | 'never';

/** Ends that a person can choose, in the order of the form. */
export const PAUSE_ENDS: readonly PauseEnd[] = ['30', '240', 'at', 'never'];

/** Returns true for a choice of {@link PAUSE_ENDS}. */
export function isPauseEnd(text: string): text is PauseEnd {
  return PAUSE_ENDS.some((end) => end === text);
}

/**
 * Returns the end of a pause as the API takes it, or null for a pause without an end.
 * @param at local time of the choice `at`, in the zone
 * @param now milliseconds since the epoch
 * @returns undefined if the time is not valid or has passed
 */
export function untilOf(end: PauseEnd, at: string, zone: string, now: number): string | null | undefined {
  if (end === 'never') return null;
  if (end !== 'at') return new Date(now + Number(end) * 60_000).toISOString();
  const until = instantOf(at, zone);
  return until === null || Date.parse(until) <= now ? undefined : until;
}
