import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Migration that leaves deliveries out of the index of due deliveries while the process that stored them sends them from
 * memory. Such a delivery is leased when it is inserted and nearly always ends before its lease, so its index entry would
 * serve no claim. The constraint ensures that no statement makes a delivery free without adding it to the index.
 */
export class InMemoryDeliveries1796890000002 implements MigrationInterface {
  readonly name = 'InMemoryDeliveries1796890000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE deliveries ADD COLUMN in_memory boolean');
    await runner.query(
      `ALTER TABLE deliveries_waiting
        ADD CONSTRAINT deliveries_waiting_in_memory_check CHECK (in_memory IS NULL OR lease_token IS NOT NULL)`,
    );
    await runner.query('DROP INDEX deliveries_waiting_due_idx');
    await runner.query(
      `CREATE INDEX deliveries_waiting_due_idx ON deliveries_waiting (destination_id, due_at, id)
        WHERE in_memory IS NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX deliveries_waiting_due_idx');
    await runner.query('CREATE INDEX deliveries_waiting_due_idx ON deliveries_waiting (destination_id, due_at, id)');
    await runner.query('ALTER TABLE deliveries DROP COLUMN in_memory');
  }
}
