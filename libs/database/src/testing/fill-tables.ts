import type { DataSource } from 'typeorm';
import {
  dayOf,
  dayStart,
  lowestIdAt,
  type PartitionDay,
  retentionClassTable,
  DAILY_TABLES,
  partitionStorage,
  partitionTable,
} from '../partitions/daily-partitions.js';
import { listUndelivered } from '../sql/undelivered.js';
import type { SampleIds } from './event-fixtures.js';

/** Rows of one destination to insert. Inserting them directly is faster than through the stores. */
export interface Filling {
  readonly ids: SampleIds;
  readonly retentionDays: PartitionDay['retentionDays'];
  /** Time of the first row in milliseconds since the epoch. Each further row is one second later. */
  readonly at: number;
  readonly count: number;
  /** Number of customers of {@link fillEvents}; 500 by default. */
  readonly customers?: number;
}

/**
 * Builds the query that numbers the rows from 1 and gives each row an id with the time of the row; `salt` makes ids
 * distinct. $1: time of the first row in milliseconds; $2: number of rows.
 */
const rows = (salt: string): string => `
  SELECT n, to_timestamp($1::float8 / 1000 + n) AS at,
    (left(time, 8) || '-' || right(time, 4) || '-7' || left(hash, 3) || '-8' || substr(hash, 4, 3) || '-' || right(hash, 12))::uuid AS id
  FROM generate_series(1, $2::int) n,
    LATERAL (SELECT lpad(to_hex($1::bigint + n * 1000), 12, '0') AS time, md5(n || '${salt}' || $3) AS hash) x`;

/**
 * Inserts events with one customer and one dedupe key each. The keys are not derived from the events. One event in a hundred has the type `rare`, and one in a hundred is
 * quarantined.
 */
export async function fillEvents(dataSource: DataSource, filling: Filling): Promise<void> {
  const { ids, retentionDays, at, count, customers = 500 } = filling;
  const values = [at, count, ids.destinationId, ids.brandId, ids.sourceId, retentionDays, customers];
  await dataSource.query(
    `WITH r AS (${rows('event')}), k AS (
      INSERT INTO ingest_keys (key, event_id) SELECT md5(id::text)::uuid, id FROM r
    )
    INSERT INTO events (
      id, retention_days, brand_id, source_id, config_revision, type, source_event_id, customer_id, occurred_at,
      received_at, attributes, data, quarantine_reason
    )
    SELECT id, $6::smallint, $4::uuid, $5::uuid, 0, CASE WHEN n % 100 = 1 THEN 'rare' ELSE 'common' END, n,
      'customer-' || n % $7::int, at, at, '{}', '{}', CASE WHEN n % 100 = 2 THEN 'not JSON' END
    FROM r`,
    values,
  );
}

/**
 * Inserts ended deliveries for the events of {@link fillEvents}, each with an external id. One delivery in a hundred is
 * dead, half of them with a vendor code. One delivery in a hundred is undelivered at the vendor.
 */
export async function fillEnded(dataSource: DataSource, { ids, retentionDays, at, count }: Filling): Promise<void> {
  await fillDeliveries(dataSource, 'deliveries_ended', { ids, retentionDays, at, count });
  const filled = `(SELECT * FROM deliveries_ended WHERE destination_id = $1 AND id >= $2::uuid AND id < $3::uuid) filled`;
  const range = [lowestIdAt(at), lowestIdAt(at + (count + 1) * 1_000)];
  await dataSource.query(listUndelivered(filled), [ids.destinationId, ...range]);
}

/** Inserts waiting deliveries for the events of {@link fillEvents}. Each delivery is due at the time of its event. */
export async function fillWaiting(dataSource: DataSource, filling: Filling): Promise<void> {
  await fillDeliveries(dataSource, 'deliveries_waiting', filling);
}

async function fillDeliveries(
  dataSource: DataSource,
  table: 'deliveries_ended' | 'deliveries_waiting',
  { ids, retentionDays, at, count }: Filling,
): Promise<void> {
  const waiting = table === 'deliveries_waiting';
  const state = waiting ? `'scheduled'` : `CASE WHEN r.n % 100 = 1 THEN 'dead' ELSE 'succeeded' END`;
  const values = [at, count, ids.destinationId, ids.brandId, ids.subscriptionId, retentionDays, waiting];
  await dataSource.query(
    `INSERT INTO ${table} (
      id, waiting, retention_days, brand_id, event_id, subscription_id, subscription_version_id, destination_id,
      event_type, customer_id, state, error_kind, vendor_code, vendor_status, external_id, due_at, created_at, ended_at
    )
    SELECT r.id, $7::boolean, $6::smallint, $4::uuid, e.id, $5::uuid, $5::uuid, $3::uuid,
      CASE WHEN r.n % 100 = 1 THEN 'rare' ELSE 'common' END, 'customer-' || r.n % 500, ${state},
      CASE WHEN r.n % 100 = 1 THEN 'rejected' END, CASE WHEN r.n % 200 = 1 AND NOT $7::boolean THEN '21211' END,
      CASE WHEN r.n % 100 = 51 AND NOT $7::boolean THEN 'undelivered' END,
      CASE WHEN NOT $7::boolean THEN 'ext-' || r.id END,
      CASE WHEN $7::boolean THEN r.at END, r.at, CASE WHEN NOT $7::boolean THEN r.at END
    FROM (${rows('delivery')}) r JOIN (${rows('event')}) e ON e.n = r.n`,
    values,
  );
}

/**
 * Number of days whose partitions are created in one transaction. The transaction takes far fewer locks than are
 * available.
 */
const DAYS_AT_ONCE = 25;

/**
 * Creates the partitions of the given number of days up to a time, by `PARTITION OF`. This is a hundred times faster
 * than attaching partitions, and possible because no other process writes.
 */
export async function makeDays(
  dataSource: DataSource,
  retentionDays: PartitionDay['retentionDays'],
  until: number,
  count: number,
): Promise<void> {
  const last = dayOf(until);
  const statements = Array.from({ length: count }, (_, i) => makeDay({ retentionDays, day: last - i }));
  for (let i = 0; i < count; i += DAYS_AT_ONCE) {
    await dataSource.query(
      statements
        .slice(i, i + DAYS_AT_ONCE)
        .flat()
        .join('; '),
    );
  }
}

function makeDay(partition: PartitionDay): readonly string[] {
  const [from, to] = [lowestIdAt(dayStart(partition.day)), lowestIdAt(dayStart(partition.day + 1))];
  return DAILY_TABLES.map(
    ({ table }) =>
      `CREATE TABLE IF NOT EXISTS ${partitionTable(table, partition)}
        PARTITION OF ${retentionClassTable(table, partition.retentionDays)} FOR VALUES FROM ('${from}') TO ('${to}') ${partitionStorage(table)}`,
  );
}
