const HOUR = 3_600_000;

/** Ranges that end now, by their length in milliseconds. */
const LENGTHS: ReadonlyMap<string, number> = new Map([
  ['1h', HOUR],
  ['24h', 24 * HOUR],
  ['7d', 7 * 24 * HOUR],
  ['30d', 30 * 24 * HOUR],
]);

/** Names of the ranges that end now, as they are in the URL. */
export const RANGES: readonly string[] = [...LENGTHS.keys()];

/** Time range in the URL: the name of a range that ends now, or two times in ISO 8601. Empty if not chosen. */
export interface RangeState {
  readonly range: string;
  readonly from: string;
  readonly to: string;
}

/** Range of a screen that shows all times at first. */
export const ANY_TIME: RangeState = { range: '', from: '', to: '' };

/** Bounds of a list of the API, in ISO 8601. Undefined bounds are open. */
export interface RangeQuery {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** Returns true if a time range is chosen. */
export function isRangeSet({ range, from, to }: RangeState): boolean {
  return range !== '' || from !== '' || to !== '';
}

/**
 * Returns the bounds of a range. Times in the URL take precedence over a named range.
 * @param now current time, in milliseconds since the epoch
 */
export function rangeQuery({ range, from, to }: RangeState, now: number): RangeQuery {
  const length = LENGTHS.get(range);
  if (from === '' && to === '' && length !== undefined) {
    return { from: new Date(now - length).toISOString(), to: undefined };
  }
  return { from: from === '' ? undefined : from, to: to === '' ? undefined : to };
}
