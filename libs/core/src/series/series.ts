import type { DeliveryOutcomes } from '../admin/outcome-counts.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Length of the steps of a series. */
export type SeriesStep = 'minute' | 'hour';

/** Length of each step in milliseconds. */
export const SERIES_STEP_MS: Readonly<Record<SeriesStep, number>> = { minute: MINUTE_MS, hour: HOUR_MS };

/** Longest range of a series in milliseconds, so that it has at most 1,500 points. */
export const MAX_SERIES_MS: Readonly<Record<SeriesStep, number>> = { minute: DAY_MS, hour: 62 * DAY_MS };

/** Time for which counts of minutes and hours are kept, in days. Hours are kept as long as events at most. */
export const SERIES_KEPT_DAYS: Readonly<Record<SeriesStep, number>> = { minute: 8, hour: 400 };

/** Age up to which a minute is counted again, in milliseconds. Shorter than the time for which minutes are kept. */
const LAST_COUNT_AGE_MS = 7 * DAY_MS;

/** Events and deliveries that were created in one step. Deliveries are counted by the state that they had at the count. */
export interface SeriesCounts extends DeliveryOutcomes {
  readonly accepted: number;
  readonly quarantined: number;
}

/** Counts of the step that starts at `at`, in milliseconds since the epoch. */
export interface SeriesPoint extends SeriesCounts {
  readonly at: number;
}

/** Selection of a series. */
export interface SeriesQuery {
  readonly brandId: string;
  /** Destination whose deliveries are counted. Null for all destinations. */
  readonly destinationId: string | null;
  readonly step: SeriesStep;
  /** Start of the first step, in milliseconds since the epoch. */
  readonly from: number;
  /** End of the last step (exclusive), in milliseconds since the epoch. */
  readonly to: number;
}

const NOTHING: SeriesCounts = {
  accepted: 0,
  quarantined: 0,
  delivered: 0,
  failed: 0,
  waiting: 0,
  notSent: 0,
  merged: 0,
};

/** Returns one point for each step of the range. Steps without a count are zero. */
export function fillSeries(points: readonly SeriesPoint[], { step, from, to }: SeriesQuery): readonly SeriesPoint[] {
  const known = new Map(points.map((point) => [point.at, point]));
  const length = Math.max(0, Math.ceil((to - from) / SERIES_STEP_MS[step]));
  return Array.from({ length }, (_, index) => {
    const at = from + index * SERIES_STEP_MS[step];
    return known.get(at) ?? { at, ...NOTHING };
  });
}

/**
 * Decides when a minute is counted again, because the states of its deliveries change. A minute with waiting deliveries
 * is counted again whenever its age has doubled. Any minute is counted again after 15 minutes and after a day, because
 * people redeliver.
 * @param start start of the minute, in milliseconds since the epoch
 * @param now time of this count, in milliseconds since the epoch
 * @returns milliseconds since the epoch; null if the minute is never counted again
 */
export function nextCountAt(start: number, now: number, hasWaiting: boolean): number | null {
  const end = start + MINUTE_MS;
  const age = now - end;
  // The minute is not over. The next step of the roll-up counts it again.
  if (age < 0) return now;
  // Events of the minute may still be committed.
  if (age < MINUTE_MS) return end + MINUTE_MS;
  if (hasWaiting) return age * 2 <= LAST_COUNT_AGE_MS ? end + age * 2 : null;
  const next = [15 * MINUTE_MS, DAY_MS].find((later) => later > age);
  return next === undefined ? null : end + next;
}
