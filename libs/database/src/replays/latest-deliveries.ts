import { skipForState, timeOfUuidV7, type DeliveryState } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { dayOf, lowestIdAt } from '../partitions/daily-partitions.js';
import { MAX_TIME_WINDOW_MS, type TimeWindow } from '../partitions/time-window.js';

/** Delivery of an event and a subscription. */
export interface EventDelivery {
  readonly id: string;
  readonly event_id: string;
  readonly subscription_id: string;
  readonly state: DeliveryState;
  /** Digest delivery into which this delivery was merged. */
  readonly merged_into: string | null;
}

/**
 * Returns the deliveries of events, oldest first per event and subscription, regardless of their state. A fallback step has
 * the same time as the delivery before it. Of these, only the last step is returned, because it decides the outcome.
 * @param windows time windows in which the deliveries lie, oldest first
 */
export async function deliveriesOf(
  dataSource: DataSource,
  eventIds: readonly string[],
  windows: readonly TimeWindow[],
): Promise<readonly EventDelivery[]> {
  const deliveries: EventDelivery[] = [];
  for (const { from, before } of windows) {
    const found = await dataSource.query<EventDelivery[]>(
      `SELECT DISTINCT ON (d.event_id, d.subscription_id, left(d.id::text, 13)) d.id, d.event_id, d.subscription_id,
        d.state, d.merged_into
      FROM deliveries d
      WHERE d.event_id = ANY ($1::uuid[]) AND d.id >= $2::uuid AND d.id < $3::uuid
      ORDER BY d.event_id, d.subscription_id, left(d.id::text, 13), coalesce((d.messaging ->> 'step')::int, 0) DESC`,
      [eventIds, from, before],
    );
    deliveries.push(...found);
  }
  return deliveries;
}

/** Returns the ids of the latest delivery per event and subscription, of the result of {@link deliveriesOf}. */
export function latestIds(deliveries: readonly EventDelivery[]): ReadonlySet<string> {
  return new Set(new Map(deliveries.map((one) => [`${one.event_id}/${one.subscription_id}`, one.id])).values());
}

/** Returns time windows from the time of an id to now. @param now milliseconds since the epoch */
export function windowsSince(oldest: string, now: number): readonly TimeWindow[] {
  const windows: TimeWindow[] = [];
  let from = timeOfUuidV7(oldest);
  for (; from + MAX_TIME_WINDOW_MS <= now; from += MAX_TIME_WINDOW_MS) {
    windows.push({ from: lowestIdAt(from), before: lowestIdAt(from + MAX_TIME_WINDOW_MS) });
  }
  return [...windows, { from: lowestIdAt(from), before: lowestIdAt(Infinity) }];
}

/**
 * Returns the time windows of the deliveries of events. A delivery has the time of its event or of a replay, so that days
 * without replays need not be read. A delivery that a person sent again by force is not found: the delivery that succeeded
 * before is then the latest.
 */
export async function windowsOfEvents(
  dataSource: DataSource,
  brandId: string,
  oldest: string,
  newest: string,
): Promise<readonly TimeWindow[]> {
  const replays = await dataSource.query<{ id: string }[]>(
    'SELECT id FROM replays WHERE brand_id = $1::uuid AND id >= $2::uuid ORDER BY brand_id, id',
    [brandId, lowestIdAt(timeOfUuidV7(oldest))],
  );
  const days = new Map<number, TimeWindow>();
  for (const { id } of replays) {
    const time = timeOfUuidV7(id);
    const from = days.get(dayOf(time))?.from ?? lowestIdAt(time);
    days.set(dayOf(time), { from, before: lowestIdAt(time + 1) });
  }
  const own = { from: lowestIdAt(timeOfUuidV7(oldest)), before: lowestIdAt(timeOfUuidV7(newest) + 1) };
  return [own, ...days.values()];
}

/**
 * Returns the deliveries with the state of their digest, if they were merged into a digest that was not sent. The message
 * of such a delivery was not sent either.
 */
export async function withStateOfDigest(
  dataSource: DataSource,
  deliveries: readonly EventDelivery[],
): Promise<readonly EventDelivery[]> {
  const ids = [...new Set(deliveries.flatMap(({ merged_into }) => merged_into ?? []))].sort();
  if (ids.length === 0) return deliveries;
  const digests = await dataSource.query<{ id: string; state: DeliveryState }[]>(
    'SELECT d.id, d.state FROM deliveries d WHERE d.id = ANY ($1::uuid[]) AND d.id >= $2::uuid AND d.id <= $3::uuid',
    [ids, ids[0], ids.at(-1)],
  );
  const unsent = new Map(
    digests.flatMap(({ id, state }) => (skipForState(state) === null ? [[id, state] as const] : [])),
  );
  return deliveries.map((one) => ({ ...one, state: unsent.get(one.merged_into ?? '') ?? one.state }));
}
