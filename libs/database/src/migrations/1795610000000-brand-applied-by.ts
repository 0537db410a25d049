import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Migration that adds a column for the actor that last applied a brand's file: a hub that read its own folder, or an
 * API key.
 */
export class BrandAppliedBy1795610000000 implements MigrationInterface {
  readonly name = 'BrandAppliedBy1795610000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE brands ADD COLUMN applied_by text NOT NULL DEFAULT 'apply'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE brands DROP COLUMN applied_by');
  }
}
