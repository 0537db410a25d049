import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Migration that stores the vendor code of the last attempt with each delivery, and adds an index of the failed
 * deliveries, so that failures can be grouped by cause without reading their attempts. Deliveries that failed before
 * this migration have no vendor code.
 *
 * Each statement commits by itself and can run again if a later statement failed. A single transaction would lock
 * several objects per day and could exceed the lock table of a server with default settings.
 */
export class VendorCodes1796120000000 implements MigrationInterface {
  readonly name = 'VendorCodes1796120000000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE deliveries ADD COLUMN IF NOT EXISTS vendor_code text');
    await runner.query(
      `CREATE INDEX IF NOT EXISTS deliveries_ended_failures_idx ON deliveries_ended (destination_id, id)
        INCLUDE (state, error_kind, vendor_code, ended_at) WHERE state IN ('dead', 'unconfirmed')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX IF EXISTS deliveries_ended_failures_idx');
    await runner.query('ALTER TABLE deliveries DROP COLUMN IF EXISTS vendor_code');
  }
}
