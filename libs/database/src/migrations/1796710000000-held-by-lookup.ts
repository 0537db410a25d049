import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds an index for lists of the deliveries that wait for paused lookups. */
export class HeldByLookup1796710000000 implements MigrationInterface {
  readonly name = 'HeldByLookup1796710000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX deliveries_waiting_held_idx ON deliveries_waiting (destination_id, reason, id)
        WHERE reason LIKE 'lookup paused: %'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX deliveries_waiting_held_idx');
  }
}
