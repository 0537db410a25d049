import { erasedEvent, type NewEvent, type StoredOutcome } from '@patchbay/core';
import type { PgRunner } from '../query/pg-pool.js';
import { groupValues } from './group-values.js';
import { EVENTS_OF_KEYS, STORE_GROUP } from '../sql/store-events.js';

interface GroupRow {
  readonly current: boolean;
  readonly stored: readonly string[];
  /** Ids of events whose customers have yet to be compared with the tombstones. */
  readonly unchecked: readonly string[];
  /** Ids of events that are older than the erasure of one of their customers. */
  readonly erased: readonly string[];
}

/**
 * Stores events with one statement. Does not retry and does not create partitions.
 * @param hashed ids of the events whose customers are compared with the tombstones
 * @returns one outcome per event, in order, or `stale` if another revision is in force
 */
export async function storeEvents(
  runner: PgRunner,
  revision: number,
  events: readonly NewEvent[],
  hashed: ReadonlySet<string> = new Set(),
): Promise<readonly StoredOutcome[] | 'stale'> {
  const values = groupValues(revision, events, hashed);
  const [row] = await runner.query<GroupRow>({ name: 'store-group', text: STORE_GROUP, values });
  if (row?.current !== true) return 'stale';
  if (row.unchecked.length > 0 || row.erased.length > 0) {
    // The recursion ends, because each round compares the customers of more events or erases more events.
    const erased = new Set(row.erased);
    const rest = events.map((event) => (erased.has(event.id) ? erasedEvent(event) : event));
    return storeEvents(runner, revision, rest, new Set([...hashed, ...row.unchecked]));
  }
  if (row.stored.length === events.length) return events.map(() => ({ kind: 'accepted' }));
  return withDuplicates(runner, events, new Set(row.stored));
}

async function withDuplicates(
  runner: PgRunner,
  events: readonly NewEvent[],
  stored: ReadonlySet<string>,
): Promise<StoredOutcome[]> {
  const keys = events.filter((event) => !stored.has(event.id)).map((event) => event.dedupeKey);
  const rows = await runner.query<{ key: string; event_id: string }>({
    name: 'events-of-keys',
    text: EVENTS_OF_KEYS,
    values: [keys],
  });
  const earlier = new Map(rows.map((row) => [row.key, row.event_id]));
  return events.map((event) => {
    if (stored.has(event.id)) return { kind: 'accepted' };
    const eventId = earlier.get(event.dedupeKey);
    // The key expired between the two statements. The caller's next attempt stores the event.
    if (eventId === undefined)
      throw new Error(
        'The event was not stored, because the dedupe key of its duplicate expired meanwhile. Send the event again.',
      );
    return { kind: 'duplicate', eventId };
  });
}
