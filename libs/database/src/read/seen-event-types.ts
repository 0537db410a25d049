import { timeOfUuidV7, type SeenEventType } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { dayOf, dayStart, lowestIdAt } from '../partitions/daily-partitions.js';

const MAX_TYPES = 500;

/**
 * Jumps along the index of types: each step reads the newest event of the next type, in order of names. The number of
 * steps is the number of types, not the number of events. $1 brand, $2 lowest event id, $3 maximum number of types
 */
const SEEN = `
WITH RECURSIVE seen AS (
  SELECT next.type, 1 AS n FROM (
    SELECT e.type FROM events e WHERE e.brand_id = $1::uuid AND e.id >= $2::uuid ORDER BY e.brand_id, e.type LIMIT 1
  ) next
  UNION ALL
  SELECT next.type, seen.n + 1 FROM seen CROSS JOIN LATERAL (
    SELECT e.type FROM events e
    WHERE e.brand_id = $1::uuid AND e.type > seen.type AND e.id >= $2::uuid ORDER BY e.brand_id, e.type LIMIT 1
  ) next
  WHERE seen.n < $3::int
)
SELECT seen.type, newest.id FROM seen CROSS JOIN LATERAL (
  SELECT e.id FROM events e WHERE e.brand_id = $1::uuid AND e.type = seen.type AND e.id >= $2::uuid
  ORDER BY e.brand_id DESC, e.type DESC, e.id DESC LIMIT 1
) newest`;

/**
 * Returns the types of a brand's events since the beginning of a UTC day, by name. Reads whole days, because a step within
 * a day would have to skip the older events of the type.
 * @param from any time of the first day, in milliseconds since the epoch
 */
export async function seenEventTypes(
  dataSource: DataSource,
  brandId: string,
  from: number,
): Promise<readonly SeenEventType[]> {
  const rows = await dataSource.query<{ type: string; id: string }[]>(SEEN, [
    brandId,
    lowestIdAt(dayStart(dayOf(from))),
    MAX_TYPES,
  ]);
  return rows.map(({ type, id }) => ({ type, lastAt: timeOfUuidV7(id) })).sort((a, b) => (a.type < b.type ? -1 : 1));
}
