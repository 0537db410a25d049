import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Migration that adds an index of the deliveries with a vendor code, so that a list by vendor code does not read the
 * deliveries with other codes.
 *
 * Each statement commits by itself and can run again if a later statement failed. A single transaction would lock
 * several objects per day and could exceed the lock table of a server with default settings.
 */
export class VendorCodeIndex1796111000000 implements MigrationInterface {
  readonly name = 'VendorCodeIndex1796111000000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // In a new database, the migration that adds the column runs after this one.
    await runner.query('ALTER TABLE deliveries ADD COLUMN IF NOT EXISTS vendor_code text');
    await runner.query(
      `CREATE INDEX IF NOT EXISTS deliveries_vendor_code_idx ON deliveries (destination_id, vendor_code, id)
        WHERE vendor_code IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX IF EXISTS deliveries_vendor_code_idx');
  }
}
