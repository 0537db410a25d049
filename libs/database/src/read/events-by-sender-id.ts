import { DEDUPE_KEYS_KEPT_MS, dedupeKeyRange } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { lowestIdAt } from '../partitions/daily-partitions.js';

/** Maximum number of events with the same sender's id and source. */
const MAX_EVENTS = 1_000;
/** Time before the deletion of a key from which the key is not used, in milliseconds. */
const MARGIN_MS = 60_000;

/** A brand has few sources, including the deleted ones. */
const SOURCES = 'SELECT id FROM sources WHERE brand_id = $1::uuid';

/** ORDER BY makes PostgreSQL use the index for any expected number of keys. $1, $2 lowest and highest keys */
const EVENTS = `
SELECT DISTINCT k.event_id FROM unnest($1::uuid[], $2::uuid[]) AS range (lowest, highest) CROSS JOIN LATERAL (
  SELECT k.event_id FROM ingest_keys k WHERE k.key >= range.lowest AND k.key <= range.highest
  ORDER BY k.key LIMIT ${MAX_EVENTS}
) k`;

/** Returns the lowest id of the events that have a dedupe key. @param now milliseconds since the epoch */
export function lowestIdWithKey(now: number): string {
  return lowestIdAt(now - DEDUPE_KEYS_KEPT_MS + MARGIN_MS);
}

/**
 * Returns the ids of a brand's events that may have one of the sender's ids, newest first. Finds only events that have a
 * dedupe key. The caller must compare the sender's ids, because keys of other ids may be in the same range.
 */
export async function eventsBySenderId(
  dataSource: DataSource,
  brandId: string,
  sourceEventIds: readonly string[],
): Promise<readonly string[]> {
  const sources = await dataSource.query<{ id: string }[]>(SOURCES, [brandId]);
  const ranges = sources.flatMap(({ id }) => sourceEventIds.map((eventId) => dedupeKeyRange(id, eventId)));
  const rows = await dataSource.query<{ event_id: string }[]>(EVENTS, [
    ranges.map(([lowest]) => lowest),
    ranges.map(([, highest]) => highest),
  ]);
  return rows
    .map((row) => row.event_id)
    .sort()
    .reverse();
}
