import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds the time of the vendor's report to suppressions, so that the newest report wins. */
export class SuppressionTimes1796700000000 implements MigrationInterface {
  readonly name = 'SuppressionTimes1796700000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE suppressions ADD COLUMN reported_at timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE suppressions DROP COLUMN reported_at');
  }
}
