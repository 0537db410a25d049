import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds the comparisons of stored events with Capillary's counts. */
export class CapillaryDays1796990000000 implements MigrationInterface {
  readonly name = 'CapillaryDays1796990000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE capillary_days (
        source_id uuid NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
        day date NOT NULL,
        total integer NOT NULL,
        delivered integer NOT NULL,
        failed integer NOT NULL,
        retrying integer NOT NULL,
        pending integer NOT NULL,
        accepted integer NOT NULL,
        quarantined integer NOT NULL,
        missing integer NOT NULL,
        compared_at timestamptz NOT NULL,
        PRIMARY KEY (source_id, day)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE capillary_days');
  }
}
