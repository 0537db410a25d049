import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Migration that adds the origin of a watched place next to the sealed place. A process without an import directory can
 * then leave folders to other processes.
 */
export class PlaceOrigins1796960000002 implements MigrationInterface {
  readonly name = 'PlaceOrigins1796960000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sources ADD COLUMN place_origin text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sources DROP COLUMN place_origin');
  }
}
