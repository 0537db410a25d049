import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Migration that adds a column for the actor that paused a destination: the hub or a person. Before this migration, the
 * reason of a pause began with the name of its actor.
 */
export class PausedBy1795830000000 implements MigrationInterface {
  readonly name = 'PausedBy1795830000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE destinations ADD COLUMN paused_by text
        CONSTRAINT destinations_paused_by_check CHECK (paused_by IN ('person', 'hub'))`,
    );
    await runner.query(
      `UPDATE destinations
      SET paused_by = CASE WHEN paused_reason LIKE 'Paused over the API%' THEN 'person' ELSE 'hub' END
      WHERE paused`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE destinations DROP COLUMN paused_by');
  }
}
