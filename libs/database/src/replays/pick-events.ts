import type { ReplaySelection } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import type { Stretch } from '../partitions/stretch.js';
import { SqlValues } from '../read/sql-values.js';
import { REPLAYED_EVENT, toReplayedEvent, type Picked, type ReplayedEventRow } from './picked-rows.js';

/** The oldest events of a stretch, its lower end left out, that a selection picks; none that was not read, or was erased. */
export async function pickEvents(
  dataSource: DataSource,
  { brandId, filter: { eventType, customer } }: ReplaySelection,
  { from, before }: Stretch,
  limit: number,
): Promise<Picked> {
  const values = new SqlValues();
  const brand = values.add(brandId, 'uuid');
  const [lowest, end] = [values.add(from, 'uuid'), values.add(before, 'uuid')];
  // Each way follows an index that begins with what is asked for and ends with the id: the first rows are the oldest.
  const named =
    customer === undefined
      ? ''
      : ` AND e.id = ANY (ARRAY(
        SELECT c.event_id FROM event_customers c
        WHERE c.brand_id = ${brand} AND c.customer_id = ${values.add(customer)}
          AND c.event_id > ${lowest} AND c.event_id < ${end}
      ))`;
  const type = eventType === undefined ? undefined : values.add(eventType);
  const rows = await dataSource.query<ReplayedEventRow[]>(
    `SELECT ${REPLAYED_EVENT} FROM (
      SELECT e.* FROM events e
      WHERE e.brand_id = ANY (ARRAY[${brand}]) AND e.id > ${lowest} AND e.id < ${end}
        ${type === undefined ? '' : ` AND e.type = ${type}`}${named} AND e.quarantine_reason IS NULL
        AND e.forgotten_at IS NULL
      ORDER BY ${customer === undefined ? 'e.brand_id, ' : ''}${type === undefined ? '' : 'e.type, '}e.id
      LIMIT ${values.add(limit, 'int')}
    ) e JOIN sources s ON s.id = e.source_id ORDER BY e.id`,
    values.all,
  );
  const candidates = rows.map((row) => ({ event: toReplayedEvent(row), earlier: null }));
  return { candidates, next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) };
}
