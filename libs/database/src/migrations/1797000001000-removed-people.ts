import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds the time at which a person was removed from the hub. */
export class RemovedPeople1797000001000 implements MigrationInterface {
  readonly name = 'RemovedPeople1797000001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE people ADD COLUMN removed_at timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE people DROP COLUMN removed_at');
  }
}
