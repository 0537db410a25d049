import type { DataSource } from 'typeorm';
import { allEventIds } from './all-event-ids.js';
import { backwardIndexScan } from './index-scan.js';

/** Event types of a brand. */
export interface EventTypes {
  readonly brandId: string;
  readonly types: readonly string[];
}

/**
 * Number of events from which types are not rare. The number is low, because PostgreSQL before version 17 looks up the
 * deliveries of each event in each day.
 */
const TOO_MANY = 200;

const { where, order } = backwardIndexScan({
  table: 'e',
  at: ['brand_id', '$1::uuid'],
  from: '$3::uuid',
  before: '$4::uuid',
});
/** Each type is read along the index of the type. One scan for several types would read all events of the brand. */
const EVENTS = `
SELECT of_type.id FROM unnest($2::text[]) AS wanted (type) CROSS JOIN LATERAL (
  SELECT e.id FROM events e WHERE ${where} AND e.type = wanted.type ORDER BY ${order} LIMIT $5::int
) of_type
LIMIT $5::int`;

/** Returns the ids of all events of the types below an id. Null if there are 200 or more. */
export async function eventsOfRareTypes(
  dataSource: DataSource,
  { brandId, types }: EventTypes,
  before: string,
  now: number,
): Promise<readonly string[] | null> {
  const wanted = [...new Set(types)];
  const ids = await allEventIds(dataSource, { before, now, limit: TOO_MANY }, async (window, limit) => {
    const values = [brandId, wanted, window.from, window.before, limit];
    return (await dataSource.query<{ id: string }[]>(EVENTS, values)).map(({ id }) => id);
  });
  return ids.length < TOO_MANY ? ids : null;
}
