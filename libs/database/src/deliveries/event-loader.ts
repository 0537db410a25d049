import { RETENTION_DAYS, type ClaimedEvent, type RetentionDays } from '@patchbay/core';
import type { PgPool } from '../connections/pg-pool.js';
import { isMissingTable } from '../connections/sql-error.js';
import { partitionDayOf } from '../partitions/partition-day.js';
import { partitionTable } from '../partitions/partition-names.js';

/**
 * The columns of an event's row, as far as a delivery needs it. Times come as milliseconds: to make a Date takes the driver
 * a microsecond, and this takes PostgreSQL no longer than to write one out.
 */
export const EVENT_COLUMNS = `
  e.id, e.type, e.source_id, e.customer_id, e.data, e.sealed,
  round(date_part('epoch', e.occurred_at) * 1000) AS occurred_ms,
  round(date_part('epoch', e.received_at) * 1000) AS received_ms`;

/** An event's row, as `EVENT_COLUMNS` reads it. */
export interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly source_id: string;
  readonly customer_id: string | null;
  readonly occurred_ms: number;
  readonly received_ms: number;
  readonly data: ClaimedEvent['data'];
  readonly sealed: Buffer | null;
}

/** Says where an event is stored. */
export interface EventReference {
  readonly event_id: string;
  readonly brand_id: string;
  readonly retention_days: number;
}

/**
 * Loads the events of claimed deliveries out of the leaves they are in, which their ids tell: nearly always one. A
 * statement on the parent would lock and open every day's partition, 400 of them, for each claim. Each is looked up by
 * brand and id, with which the primary key begins: said as two lists, each id would be looked up under each brand.
 */
export class EventLoader {
  constructor(private readonly pool: PgPool) {}

  /** The events by id; those that are no longer there, or whose content is not, are left out. */
  async load(references: readonly EventReference[]): Promise<ReadonlyMap<string, ClaimedEvent>> {
    const brandsByPartition = new Map<string, Map<string, string>>();
    for (const { event_id: id, brand_id: brand, retention_days: days } of references) {
      const partition = partitionTable('events', partitionDayOf(id, retentionClass(days)));
      const brands = brandsByPartition.get(partition) ?? new Map<string, string>();
      brandsByPartition.set(partition, brands.set(id, brand));
    }
    const events = new Map<string, ClaimedEvent>();
    for (const [partition, brands] of brandsByPartition) {
      for (const row of await this.loadFrom(partition, brands)) events.set(row.id, toClaimedEvent(row));
    }
    return events;
  }

  /** @param brands whose each event is, by the event's id */
  private async loadFrom(partition: string, brands: ReadonlyMap<string, string>): Promise<readonly EventRow[]> {
    try {
      return await this.pool.query<EventRow>({
        name: `load ${partition}`,
        text: `SELECT ${EVENT_COLUMNS}
          FROM unnest($1::uuid[], $2::uuid[]) AS t (brand_id, id)
          JOIN ${partition} e ON e.brand_id = t.brand_id AND e.id = t.id
          WHERE e.erased_at IS NULL`,
        values: [[...brands.values()], [...brands.keys()]],
      });
    } catch (error) {
      if (isMissingTable(error)) return [];
      throw error;
    }
  }
}

/** The retention class a row names. */
export function retentionClass(days: number): RetentionDays {
  const found = RETENTION_DAYS.find((known) => known === days);
  if (found === undefined) throw new Error(`A row names the retention class ${days}, which there is not.`);
  return found;
}

/** As the port has it. */
export function toClaimedEvent(row: EventRow): ClaimedEvent {
  return {
    id: row.id,
    type: row.type,
    sourceId: row.source_id,
    customerId: row.customer_id,
    occurredAt: row.occurred_ms,
    receivedAt: row.received_ms,
    data: row.data,
    sealed: row.sealed,
  };
}
