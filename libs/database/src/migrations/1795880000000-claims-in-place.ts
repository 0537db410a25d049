import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Migration that lets claims update rows in place (HOT), because no index contains a column that a claim changes any
 * more. The table `claims` replaces the indexes on leases. The table has one row per claim, not one entry per delivery.
 * A separate column marks the active delivery of an order key. Only ordered deliveries change this column.
 */
export class ClaimsInPlace1795880000000 implements MigrationInterface {
  readonly name = 'ClaimsInPlace1795880000000';

  async up(runner: QueryRunner): Promise<void> {
    // Lock the table, because a claim that commits after the read below would be missing in the new table.
    await runner.query('LOCK TABLE deliveries_waiting IN ACCESS EXCLUSIVE MODE');
    await runner.query(
      `CREATE TABLE claims (
        token uuid NOT NULL CONSTRAINT claims_pkey PRIMARY KEY,
        delivery_ids uuid[] NOT NULL,
        look_at timestamptz NOT NULL
      ) WITH (
        autovacuum_vacuum_scale_factor = 0.02,
        autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_cost_delay = 0
      )`,
    );
    // Store the ids without compression, because ids do not compress and the attempt would waste time for large claims.
    await runner.query('ALTER TABLE claims ALTER COLUMN delivery_ids SET STORAGE EXTERNAL');
    await runner.query('CREATE INDEX claims_look_idx ON claims (look_at)');
    await runner.query(
      `INSERT INTO claims (token, delivery_ids, look_at)
      SELECT lease_token, array_agg(id), min(lease_until) FROM deliveries_waiting
      WHERE lease_token IS NOT NULL GROUP BY lease_token`,
    );
    await runner.query('ALTER TABLE deliveries ADD COLUMN turn_key uuid');
    await runner.query(
      `UPDATE deliveries_waiting SET turn_key = order_key
      WHERE order_key IS NOT NULL AND lease_token IS NOT NULL AND NOT parked`,
    );
    // The constraint is on waiting deliveries only. No ended delivery has an active key, and checking all ended
    // deliveries would take long.
    await runner.query(
      `ALTER TABLE deliveries_waiting
        ADD CONSTRAINT deliveries_waiting_turn_check CHECK (turn_key IS NULL OR lease_token IS NOT NULL)`,
    );
    await runner.query(
      'DROP INDEX deliveries_waiting_in_flight_key, deliveries_waiting_due_idx, deliveries_waiting_lease_idx',
    );
    await runner.query(
      'CREATE UNIQUE INDEX deliveries_waiting_turn_key ON deliveries_waiting (turn_key) WHERE turn_key IS NOT NULL',
    );
    await runner.query('CREATE INDEX deliveries_waiting_due_idx ON deliveries_waiting (destination_id, due_at, id)');
    // Leave more than half of each page free. Nearly all rows of a page are claimed at once, and the old row versions
    // can only be removed afterwards.
    await runner.query('ALTER TABLE deliveries_waiting SET (fillfactor = 45)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE deliveries_waiting SET (fillfactor = 80)');
    await runner.query('DROP INDEX deliveries_waiting_turn_key, deliveries_waiting_due_idx');
    await runner.query(
      `CREATE INDEX deliveries_waiting_due_idx ON deliveries_waiting (destination_id, due_at, id)
        WHERE lease_token IS NULL`,
    );
    await runner.query(
      'CREATE INDEX deliveries_waiting_lease_idx ON deliveries_waiting (lease_until) WHERE lease_token IS NOT NULL',
    );
    await runner.query(
      `CREATE UNIQUE INDEX deliveries_waiting_in_flight_key ON deliveries_waiting (order_key)
        WHERE order_key IS NOT NULL AND lease_token IS NOT NULL AND NOT parked`,
    );
    await runner.query('ALTER TABLE deliveries DROP COLUMN turn_key');
    await runner.query('DROP TABLE claims');
  }
}
