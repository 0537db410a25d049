import { selectsDeliveries, timeOfUuidV7, type CandidatePage, type Clock, type ReplaySelection } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { isStorable } from '../query/columns.js';
import { lowestIdAt } from '../partitions/daily-partitions.js';
import { MAX_TIME_WINDOW_MS } from '../partitions/time-window.js';
import { pickDeliveries } from './pick-deliveries.js';
import { pickEvents } from './pick-events.js';

const DAY_MS = 86_400_000;
/** Maximum retention, in milliseconds. */
const OLDEST_MS = 432 * DAY_MS;
/** Maximum duration of a call that finds nothing, in milliseconds. */
const MAX_SEARCH_MS = 2_000;
/** Duration in milliseconds above which the next statement reads a shorter time window. */
const SLOW_MS = 250;
const GROWTH = 4;
const SHORTEST_WINDOW_MS = 3_600_000;

/**
 * Position of a scan for candidates. The ids of the remaining candidates lie between `cursor` and `before`, both
 * exclusive.
 */
export interface ReplayPosition {
  /** Upper bound of the ids, a UUIDv7. */
  readonly before: string;
  /** Lower bound of the ids. Null at the beginning of the scan. */
  readonly cursor: string | null;
}

/**
 * Finds the candidates of a selection, oldest time window first. The time windows grow while the statements are fast.
 */
export async function pickCandidates(
  dataSource: DataSource,
  clock: Clock,
  selection: ReplaySelection,
  { before, cursor }: ReplayPosition,
  limit: number,
): Promise<CandidatePage> {
  const end = lowestIdAt(Math.min(selection.filter.to ?? Infinity, timeOfUuidV7(before)));
  let above = cursor ?? lowestIdAt(Math.max(selection.filter.from ?? 0, clock.now() - OLDEST_MS));
  const { destination, subscription, eventType, customer, errorKind, vendorCode } = selection.filter;
  if (!isStorable(destination, subscription, eventType, customer, errorKind, vendorCode))
    return { candidates: [], next: null };
  let lengthMs = DAY_MS;
  for (const started = performance.now(); above < end;) {
    const begun = performance.now();
    const windowEnd = lowestIdAt(timeOfUuidV7(above) + lengthMs);
    const window = { from: above, before: windowEnd < end ? windowEnd : end };
    const { candidates, next } = selectsDeliveries(selection.filter)
      ? await pickDeliveries(dataSource, clock, selection, window, limit)
      : await pickEvents(dataSource, selection, window, limit);
    above = next ?? window.before;
    if (candidates.length > 0 || performance.now() - started > MAX_SEARCH_MS) {
      return { candidates, next: above < end ? above : null };
    }
    lengthMs = nextLength(lengthMs, performance.now() - begun);
  }
  return { candidates: [], next: null };
}

function nextLength(lengthMs: number, tookMs: number): number {
  return tookMs > SLOW_MS
    ? Math.max(lengthMs / GROWTH, SHORTEST_WINDOW_MS)
    : Math.min(lengthMs * GROWTH, MAX_TIME_WINDOW_MS);
}
