import { MAX_TIME_WINDOW_MS, newestPartOf, timeWindowOf, type TimeWindow } from '../partitions/time-window.js';

/** Reads at most `limit` ids of the newest events of a time window, newest first. */
export type ReadEventIds = (window: TimeWindow, limit: number) => Promise<readonly string[]>;

/** Reads the ids of events below an id, newest first, one time window after the other, up to a limit. */
export async function allEventIds(
  before: string,
  now: number,
  limit: number,
  read: ReadEventIds,
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let rest: TimeWindow = { ...timeWindowOf({}), before }; rest.before > rest.from && ids.length < limit;) {
    const window = newestPartOf(rest, MAX_TIME_WINDOW_MS, now);
    ids.push(...(await read(window, limit - ids.length)));
    rest = { from: rest.from, before: window.from };
  }
  return ids;
}
