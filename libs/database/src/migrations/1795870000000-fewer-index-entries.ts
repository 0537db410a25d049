import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Two partitions of one day: the partition of events and the partition of the events' customers. */
interface Leaf {
  readonly events: string;
  readonly customers: string;
}

const LEAVES = `
SELECT e.relname AS events, c.relname AS customers FROM pg_class e
JOIN pg_class c ON c.relname = replace(e.relname, 'events_', 'event_customers_') AND c.relnamespace = e.relnamespace
WHERE e.relnamespace = current_schema()::regnamespace AND e.relkind = 'r' AND e.relname ~ '^events_d\\d+_\\d+$'`;

/**
 * Builds the statement that copies the other customers of each event from `event_customers` into the event's row. Some
 * of these customers may have been erased in the meantime.
 */
const fill = ({ events, customers }: Leaf): string => `
UPDATE ${events} e SET other_customer_ids = o.customer_ids
FROM (
  SELECT c.event_id, array_agg(c.customer_id ORDER BY c.customer_id) AS customer_ids
  FROM ${customers} c JOIN ${events} e ON e.id = c.event_id
  WHERE c.customer_id IS DISTINCT FROM e.customer_id
  GROUP BY c.event_id
) o
WHERE e.id = o.event_id`;

/**
 * Migration that adds a column with an event's other customers, so that a lookup by event no longer needs
 * `event_customers`. The migration also moves the brand to the front of the events' primary key, which then serves the
 * list of a brand's events too.
 *
 * Each statement commits by itself and can run again if a later statement failed. A single transaction would lock about
 * twenty objects per day. With 400 days, a single transaction would exceed the lock table of a server with default
 * settings.
 */
export class FewerIndexEntries1795870000000 implements MigrationInterface {
  readonly name = 'FewerIndexEntries1795870000000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE events ADD COLUMN IF NOT EXISTS other_customer_ids text[]');
    for (const leaf of await runner.manager.query<Leaf[]>(LEAVES)) await runner.query(fill(leaf));
    await runner.query('DROP INDEX IF EXISTS event_customers_event_idx');
    await runner.query(
      `ALTER TABLE events DROP CONSTRAINT events_pkey,
        ADD CONSTRAINT events_pkey PRIMARY KEY (brand_id, id, retention_days)`,
    );
    await runner.query('DROP INDEX IF EXISTS events_brand_idx');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX IF NOT EXISTS events_brand_idx ON events (brand_id, id)');
    await runner.query(
      'ALTER TABLE events DROP CONSTRAINT events_pkey, ADD CONSTRAINT events_pkey PRIMARY KEY (id, retention_days)',
    );
    await runner.query('CREATE INDEX IF NOT EXISTS event_customers_event_idx ON event_customers (event_id)');
    await runner.query('ALTER TABLE events DROP COLUMN IF EXISTS other_customer_ids');
  }
}
