import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds the id to the index of deliveries that wait for paused lookups, so that it serves lists. */
export class HeldByLookup1796710000000 implements MigrationInterface {
  readonly name = 'HeldByLookup1796710000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX deliveries_waiting_lookup_idx');
    await runner.query(
      `CREATE INDEX deliveries_waiting_lookup_idx ON deliveries_waiting (reason, brand_id, id)
        WHERE reason LIKE 'lookup paused: %'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX deliveries_waiting_lookup_idx');
    await runner.query(
      `CREATE INDEX deliveries_waiting_lookup_idx ON deliveries_waiting (brand_id, reason)
        WHERE reason LIKE 'lookup paused: %'`,
    );
  }
}
