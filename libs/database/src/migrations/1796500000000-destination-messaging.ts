import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds the messaging rules of destinations, and the counters of their quotas. */
export class DestinationMessaging1796500000000 implements MigrationInterface {
  readonly name = 'DestinationMessaging1796500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE destinations ADD messaging json');
    await runner.query(
      `CREATE TABLE quota_periods (
        destination_id uuid NOT NULL,
        period_start timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        used integer NOT NULL,
        CONSTRAINT quota_periods_pkey PRIMARY KEY (destination_id, period_start)
      ) WITH (fillfactor = 50)`,
    );
    await runner.query(
      `CREATE TABLE quota_places (
        destination_id uuid NOT NULL,
        period_start timestamptz NOT NULL,
        delivery_id uuid NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT quota_places_pkey PRIMARY KEY (destination_id, period_start, delivery_id)
      )`,
    );
    for (const table of ['quota_periods', 'quota_places'])
      await runner.query(`CREATE INDEX ${table}_expires_at_idx ON ${table} (expires_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE quota_places, quota_periods');
    await runner.query('ALTER TABLE destinations DROP messaging');
  }
}
