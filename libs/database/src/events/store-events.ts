import { erasedEvent, type NewEvent, type StoredOutcome } from '@patchbay/core';
import type { PgRunner } from '../connections/pg-pool.js';
import { groupValues } from './group-values.js';
import { EVENTS_OF_KEYS, STORE_GROUP } from './store-group.sql.js';

interface GroupRow {
  readonly current: boolean;
  readonly stored: readonly string[];
  /** Events whose customers have not been compared with the tombstones yet. */
  readonly unchecked: readonly string[];
  /** Events older than the erasure of one of their customers. */
  readonly erased: readonly string[];
}

/**
 * Stores events with one statement, without anything around it: no retry, no partition made.
 * @param hashed ids of the events whose customers are looked for among the tombstones
 * @returns one outcome per event, in order; `stale` if another revision is in force
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
    // Each round looks for the customers of more events or takes the content of some away, so the rounds end.
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
    // Its key expired between the two statements: the caller's next attempt stores it.
    if (eventId === undefined) throw new Error('A duplicate lost its key meanwhile; the event was not stored.');
    return { kind: 'duplicate', eventId };
  });
}
