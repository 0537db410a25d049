import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds the rate limits of sources. */
export class SourceLimits1795920000001 implements MigrationInterface {
  readonly name = 'SourceLimits1795920000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sources ADD COLUMN limits json');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sources DROP COLUMN limits');
  }
}
