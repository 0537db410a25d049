import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Migration that adds columns and indexes for ordered deliveries. Only deliveries with an order key are in these
 * indexes, so all other deliveries cost nothing. The unique index prevents two deliveries with the same order key from
 * being in flight together, even if two workers claim at the same moment.
 */
export class Ordering1795710000000 implements MigrationInterface {
  readonly name = 'Ordering1795710000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE subscription_versions ADD COLUMN ordering json, ADD COLUMN supersede boolean NOT NULL DEFAULT false`,
    );
    await runner.query(
      `ALTER TABLE deliveries
        ADD COLUMN order_key uuid,
        ADD COLUMN order_at timestamptz,
        ADD COLUMN order_policy text
          CONSTRAINT deliveries_order_policy_check CHECK (order_policy IN ('skip', 'block', 'supersede')),
        ADD COLUMN parked boolean NOT NULL DEFAULT false,
        ADD CONSTRAINT deliveries_order_check CHECK (
          (order_key IS NULL) = (order_at IS NULL) AND (order_key IS NULL) = (order_policy IS NULL)
        )`,
    );
    await runner.query(
      `CREATE INDEX deliveries_waiting_order_idx ON deliveries_waiting (order_key, order_at, id)
        WHERE order_key IS NOT NULL`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX deliveries_waiting_in_flight_key ON deliveries_waiting (order_key)
        WHERE order_key IS NOT NULL AND lease_token IS NOT NULL AND NOT parked`,
    );
    await runner.query(
      `CREATE TABLE order_blocks (
        order_key uuid NOT NULL,
        delivery_id uuid NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT order_blocks_pkey PRIMARY KEY (order_key, delivery_id)
      )`,
    );
    await runner.query(
      `CREATE TABLE order_marks (
        order_key uuid NOT NULL CONSTRAINT order_marks_pkey PRIMARY KEY,
        order_at timestamptz NOT NULL,
        delivery_id uuid NOT NULL,
        expires_at timestamptz NOT NULL
      )`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE order_marks, order_blocks');
    await runner.query('DROP INDEX deliveries_waiting_order_idx, deliveries_waiting_in_flight_key');
    await runner.query(
      'ALTER TABLE deliveries DROP COLUMN order_key, DROP COLUMN order_at, DROP COLUMN order_policy, DROP COLUMN parked',
    );
    await runner.query('ALTER TABLE subscription_versions DROP COLUMN ordering, DROP COLUMN supersede');
  }
}
