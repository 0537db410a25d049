import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Migration that stores the end, the start and the author of a destination's pause, the health of destinations, and
 * the number of events per source.
 */
export class Operations1796121000000 implements MigrationInterface {
  readonly name = 'Operations1796121000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE destinations
        ADD COLUMN paused_at timestamptz,
        ADD COLUMN paused_until timestamptz,
        ADD COLUMN paused_by_name text`,
    );
    await runner.query(
      `CREATE INDEX destinations_paused_until_idx ON destinations (paused_until) WHERE paused_until IS NOT NULL`,
    );
    await runner.query(
      `CREATE TABLE destination_health (
        destination_id uuid NOT NULL CONSTRAINT destination_health_pkey PRIMARY KEY,
        last_success_at timestamptz,
        last_failure_at timestamptz,
        failures integer NOT NULL
      ) WITH (fillfactor = 50)`,
    );
    await runner.query(
      `CREATE TABLE source_activity (
        source_id uuid NOT NULL,
        at timestamptz NOT NULL,
        accepted integer NOT NULL,
        quarantined integer NOT NULL,
        last_event_at timestamptz NOT NULL,
        CONSTRAINT source_activity_pkey PRIMARY KEY (source_id, at)
      ) WITH (fillfactor = 50)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE source_activity');
    await runner.query('DROP TABLE destination_health');
    await runner.query('DROP INDEX destinations_paused_until_idx');
    await runner.query(
      'ALTER TABLE destinations DROP COLUMN paused_by_name, DROP COLUMN paused_until, DROP COLUMN paused_at',
    );
  }
}
