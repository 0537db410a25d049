import type { DataSource } from 'typeorm';
import { oldestPartitionId } from '../partitions/oldest-partition.js';
import { MAX_TIME_WINDOW_MS, newestPartOf, timeWindowOf, type TimeWindow } from '../partitions/time-window.js';

/** Ids of events to read. */
export interface EventIdsRequest {
  /** Only ids below this id are read. */
  readonly before: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Maximum number of ids. */
  readonly limit: number;
}

/** Reads at most `limit` ids of the newest events of a time window, newest first. */
export type ReadEventIds = (window: TimeWindow, limit: number) => Promise<readonly string[]>;

/** Reads the ids of events, newest first, one time window after the other, up to a limit. */
export async function allEventIds(
  dataSource: DataSource,
  { before, now, limit }: EventIdsRequest,
  read: ReadEventIds,
): Promise<readonly string[]> {
  const newest = newestPartOf({ ...timeWindowOf({}), before }, MAX_TIME_WINDOW_MS, now);
  const ids = [...(await read(newest, limit))];
  if (ids.length >= limit) return ids;
  const from = await oldestPartitionId(dataSource);
  for (let rest: TimeWindow = { from, before: newest.from }; rest.before > rest.from && ids.length < limit;) {
    const window = newestPartOf(rest, MAX_TIME_WINDOW_MS, now);
    ids.push(...(await read(window, limit - ids.length)));
    rest = { from, before: window.from };
  }
  return ids;
}
