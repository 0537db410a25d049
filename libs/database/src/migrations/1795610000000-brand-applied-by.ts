import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who applied a brand's file last: a hub from its own folder, or somebody over the API. */
export class BrandAppliedBy1795610000000 implements MigrationInterface {
  readonly name = 'BrandAppliedBy1795610000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE brands ADD COLUMN applied_by text NOT NULL DEFAULT 'apply'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE brands DROP COLUMN applied_by');
  }
}
