import { RETENTION_DAYS, type ClaimedEvent, type RetentionDays } from '@patchbay/core';
import { arrayLiteral } from '../query/columns.js';
import type { PgPool } from '../query/pg-pool.js';
import { isMissingTable } from '../query/sql-error.js';
import { partitionDayOf, partitionTable } from '../partitions/daily-partitions.js';

/**
 * Columns of an event that a delivery needs. Times are numbers of milliseconds, because the driver takes a microsecond
 * to create a Date. PostgreSQL converts a timestamp to a number as fast as it formats a timestamp.
 */
export const EVENT_COLUMNS = `
  e.id, e.type, e.source_id, e.customer_id, e.customer_key, e.data, e.sealed,
  round(date_part('epoch', e.occurred_at) * 1000) AS occurred_ms,
  round(date_part('epoch', e.received_at) * 1000) AS received_ms`;

/** Row with the columns of `EVENT_COLUMNS`. */
export interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly source_id: string;
  readonly customer_id: string | null;
  /** Null if `customer_id` is the key. */
  readonly customer_key: string | null;
  readonly occurred_ms: number;
  readonly received_ms: number;
  readonly data: ClaimedEvent['data'];
  readonly sealed: Buffer | null;
  /** Null if the event is not traced. Left out if the statement does not read it. */
  readonly traceparent?: string | null;
}

/** Event id, with the brand and retention class that are needed to look up the event. */
export interface EventReference {
  readonly event_id: string;
  readonly brand_id: string;
  readonly retention_days: number;
}

/** Options of {@link loadEvents}. */
export interface LoadEventsOptions {
  /** True if the trace contexts of the events are read too. */
  readonly withTraces: boolean;
}

/**
 * Loads the events of deliveries by id. Leaves out events that were deleted or erased. Reads only the partitions of the
 * days in the event ids, nearly always a single partition. A statement on the parent table would lock and open all 400
 * daily partitions for each claim.
 */
export async function loadEvents(
  pool: PgPool,
  references: readonly EventReference[],
  { withTraces }: LoadEventsOptions = { withTraces: false },
): Promise<ReadonlyMap<string, ClaimedEvent>> {
  const columns = withTraces ? `${EVENT_COLUMNS}, e.traceparent` : EVENT_COLUMNS;
  const rows = await loadColumns<EventRow>(pool, references, columns, withTraces ? 'load traced' : 'load');
  return new Map(rows.map((row) => [row.id, toClaimedEvent(row)]));
}

/** Trace context of an event. */
export interface TracedEventRow {
  readonly id: string;
  readonly traceparent: string;
  /** Time of receipt, in milliseconds since the epoch. */
  readonly received_ms: number;
}

/** Loads the trace contexts of events, by event id. Leaves out events that are not traced, and deleted events. */
export async function loadTraces(
  pool: PgPool,
  references: readonly EventReference[],
): Promise<ReadonlyMap<string, TracedEventRow>> {
  const columns = "e.id, e.traceparent, round(date_part('epoch', e.received_at) * 1000) AS received_ms";
  const rows = await loadColumns<TracedEventRow | UntracedEventRow>(pool, references, columns, 'load traces');
  const traces = new Map<string, TracedEventRow>();
  for (const row of rows) if (row.traceparent !== null) traces.set(row.id, row);
  return traces;
}

interface UntracedEventRow {
  readonly traceparent: null;
}

/** Loads columns of events, partition by partition. @param name beginning of the names of the prepared statements */
async function loadColumns<Row extends object>(
  pool: PgPool,
  references: readonly EventReference[],
  columns: string,
  name: string,
): Promise<readonly Row[]> {
  const brandsByPartition = new Map<string, Map<string, string>>();
  for (const { event_id: id, brand_id: brand, retention_days: days } of references) {
    const partition = partitionTable('events', partitionDayOf(id, retentionClass(days)));
    const brands = brandsByPartition.get(partition) ?? new Map<string, string>();
    brandsByPartition.set(partition, brands.set(id, brand));
  }
  const loaded: Row[] = [];
  for (const [partition, brands] of brandsByPartition) {
    try {
      const rows = await pool.query<Row>({
        name: `${name} ${partition}`,
        // The primary key begins with brand and id. Join the pairs of brand and id, because with two separate lists
        // PostgreSQL would look up each id under each brand.
        text: `SELECT ${columns}
          FROM unnest($1::uuid[], $2::uuid[]) AS t (brand_id, id)
          JOIN ${partition} e ON e.brand_id = t.brand_id AND e.id = t.id
          WHERE e.erased_at IS NULL`,
        values: [arrayLiteral([...brands.values()]), arrayLiteral([...brands.keys()])],
      });
      loaded.push(...rows);
    } catch (error) {
      // The partition was dropped, so its events are deleted.
      if (!isMissingTable(error)) throw error;
    }
  }
  return loaded;
}

/** Returns the retention class of a row. Throws if the number of days is not a retention class. */
export function retentionClass(days: number): RetentionDays {
  for (const known of RETENTION_DAYS) if (known === days) return known;
  throw new Error(
    `A stored row has the unknown retention class ${days}. Correct its column retention_days to one of ` +
      `${RETENTION_DAYS.join(', ')}.`,
  );
}

/** Converts a row to the type {@link ClaimedEvent}. */
export function toClaimedEvent(row: EventRow): ClaimedEvent {
  return {
    id: row.id,
    type: row.type,
    sourceId: row.source_id,
    customerId: row.customer_id,
    customerKey: row.customer_key ?? row.customer_id,
    occurredAt: row.occurred_ms,
    receivedAt: row.received_ms,
    data: row.data,
    sealed: row.sealed,
    traceparent: row.traceparent ?? undefined,
  };
}
