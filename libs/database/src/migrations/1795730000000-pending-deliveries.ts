import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds a column for deliveries that a vendor has accepted but not decided yet. */
export class PendingDeliveries1795730000000 implements MigrationInterface {
  readonly name = 'PendingDeliveries1795730000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE deliveries ADD COLUMN pending_since timestamptz');
    await runner.query(
      `CREATE INDEX deliveries_waiting_pending_order_idx ON deliveries_waiting (order_key)
        WHERE order_key IS NOT NULL AND pending_since IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX deliveries_waiting_pending_order_idx');
    await runner.query('ALTER TABLE deliveries DROP COLUMN pending_since');
  }
}
