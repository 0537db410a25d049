import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An event names all its customers in its own row, so that nobody looks for them by the event. */
export class FewerIndexEntries1795870000000 implements MigrationInterface {
  readonly name = 'FewerIndexEntries1795870000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE events ADD COLUMN other_customer_ids text[]');
    await runner.query(
      `WITH others AS MATERIALIZED (
        SELECT c.event_id, c.retention_days, array_agg(c.customer_id ORDER BY c.customer_id) AS customer_ids
        FROM event_customers c JOIN events e ON e.id = c.event_id AND e.retention_days = c.retention_days
        WHERE c.customer_id IS DISTINCT FROM e.customer_id
        GROUP BY c.event_id, c.retention_days
      )
      UPDATE events e SET other_customer_ids = o.customer_ids
      FROM others o WHERE e.id = o.event_id AND e.retention_days = o.retention_days`,
    );
    await runner.query('DROP INDEX event_customers_event_idx');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX event_customers_event_idx ON event_customers (event_id)');
    await runner.query('ALTER TABLE events DROP COLUMN other_customer_ids');
  }
}
