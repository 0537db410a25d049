import { neverAccepted, acceptedAt, type Arrival, type CheckResult, type SentEvent } from './check.js';

/** Input of {@link checkQuietHours}. */
export interface QuietHoursRecords {
  /** Destination of a subscription whose quiet hours include the whole round. */
  readonly quiet: string;
  readonly sentInQuietHours: readonly SentEvent[];
  /** Destination of a subscription whose quiet hours do not include the round. */
  readonly awake: string;
  readonly sentAwake: readonly SentEvent[];
  readonly arrivals: readonly Arrival[];
  /** Start and end of the quiet hours, in milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

/**
 * Checks that no message arrives within quiet hours, and that all messages arrive at the destination without quiet
 * hours.
 */
export function checkQuietHours(records: QuietHoursRecords): CheckResult {
  const { quiet, sentInQuietHours, awake, sentAwake, arrivals, from, to } = records;
  const tooEarly = arrivals.filter(({ destination, wallAt }) => destination === quiet && wallAt >= from && wallAt < to);
  const accepted = acceptedAt(arrivals, awake);
  return {
    name: 'quiet hours',
    counts: { held: sentInQuietHours.length, 'sent outside': new Set(accepted.flatMap(({ refs }) => refs)).size },
    seen: Math.min(sentInQuietHours.length, sentAwake.length),
    violation: 'in quiet hours',
    violations: [
      ...tooEarly.map(({ refs, wallAt }) => `${refs.join(' ')} arrived at ${clockTime(wallAt)}, in quiet hours`),
      ...neverAccepted(sentAwake, accepted, awake),
    ],
  };
}

/** Formats a time in UTC as `10:02:03.456`. */
export function clockTime(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}
