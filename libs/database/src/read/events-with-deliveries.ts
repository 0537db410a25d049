import { timeOfUuidV7 } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { dayOf, dayStart, lowestIdAt } from '../partitions/daily-partitions.js';
import type { TimeWindow } from '../partitions/time-window.js';

/** Events whose deliveries are read in a time window. */
export interface EventsWithDeliveries {
  /** Events that may have waiting deliveries. */
  readonly waiting: readonly string[];
  /** Events that may have ended deliveries. */
  readonly ended: readonly string[];
  readonly window: TimeWindow;
}

/** Number of events up to which a statement looks up the deliveries of all of them. */
const FEW_EVENTS = 200;
/** Maximum number of events of one time window. */
const MAX_EVENTS = 500;

/** Reads the first entry of each day's index, so the cost depends on the number of days only. $1, $2 range of ids */
const OLDEST_EVENTS = `
SELECT
  (SELECT w.event_id FROM deliveries_waiting w ORDER BY w.event_id LIMIT 1) AS waiting,
  (SELECT d.event_id FROM deliveries_ended d WHERE d.id >= $1::uuid AND d.id < $2::uuid ORDER BY d.event_id LIMIT 1)
    AS ended`;

/**
 * Leaves out events that have no delivery in a time window. Shortens the time window if it has many events.
 *
 * A delivery is as old as its event, unless a person sent the event again. Older events therefore matter only if one of
 * the days has a delivery of an older event. A lookup of each event in each day would take longer, because PostgreSQL
 * before version 17 searches the index of each day for each event.
 * @param eventIds ids of events, newest first
 */
export async function eventsWithDeliveries(
  dataSource: DataSource,
  eventIds: readonly string[],
  { from, before }: TimeWindow,
): Promise<EventsWithDeliveries> {
  if (eventIds.length <= FEW_EVENTS) return { waiting: eventIds, ended: eventIds, window: { from, before } };
  const received = eventIds.filter((id) => timeOfUuidV7(id) <= timeOfUuidV7(before));
  const last = received[MAX_EVENTS - 1];
  const shortFrom = last === undefined ? from : lowestIdAt(timeOfUuidV7(last));
  const window = { from: shortFrom > from ? shortFrom : from, before };
  const oldest = await oldestEvents(dataSource, window);
  const since = (id: string | null): readonly string[] => (id === null ? [] : received.filter((one) => one >= id));
  return { waiting: since(oldest.waiting), ended: since(oldest.ended), window };
}

interface OldestEvents {
  readonly waiting: string | null;
  readonly ended: string | null;
}

/**
 * Returns the oldest event of all waiting deliveries, and of the ended deliveries in the days of a time window, of all
 * brands. Null if there is none.
 */
async function oldestEvents(dataSource: DataSource, { from, before }: TimeWindow): Promise<OldestEvents> {
  const start = lowestIdAt(dayStart(dayOf(timeOfUuidV7(from))));
  const end = lowestIdAt(dayStart(dayOf(timeOfUuidV7(before)) + 1));
  const [row] = await dataSource.query<OldestEvents[]>(OLDEST_EVENTS, [start, end]);
  return row ?? { waiting: null, ended: null };
}
