import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds a mark for brands whose changed file waits for a confirmation. */
export class UnconfirmedBrands1795930000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE brands ADD COLUMN unconfirmed boolean NOT NULL DEFAULT false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE brands DROP COLUMN unconfirmed');
  }
}
