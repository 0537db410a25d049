import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds an index for the deleted sources of a brand, which are loaded whenever the brand changes. */
export class DeletedSourcesIndex1796800000001 implements MigrationInterface {
  readonly name = 'DeletedSourcesIndex1796800000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX sources_deleted_idx ON sources (brand_id) WHERE deleted_at IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX sources_deleted_idx');
  }
}
