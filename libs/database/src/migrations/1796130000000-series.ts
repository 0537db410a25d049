import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds the counts of events and deliveries by minute and hour. */
export class Series1796130000000 implements MigrationInterface {
  readonly name = 'Series1796130000000';

  async up(runner: QueryRunner): Promise<void> {
    // The rows of a brand's events have the destination 00000000-0000-0000-0000-000000000000.
    await runner.query(
      `CREATE TABLE series_counts (
        brand_id uuid NOT NULL,
        step text NOT NULL CONSTRAINT series_counts_step_check CHECK (step IN ('minute', 'hour')),
        at timestamptz NOT NULL,
        destination_id uuid NOT NULL,
        accepted integer NOT NULL,
        quarantined integer NOT NULL,
        delivered integer NOT NULL,
        failed integer NOT NULL,
        waiting integer NOT NULL,
        not_sent integer NOT NULL,
        merged integer NOT NULL,
        CONSTRAINT series_counts_pkey PRIMARY KEY (brand_id, step, at, destination_id)
      )`,
    );
    await runner.query('CREATE INDEX series_counts_at_idx ON series_counts (step, at)');
    await runner.query(
      `CREATE TABLE series_minutes (
        at timestamptz NOT NULL CONSTRAINT series_minutes_pkey PRIMARY KEY,
        counted_at timestamptz,
        count_at timestamptz
      )`,
    );
    await runner.query('CREATE INDEX series_minutes_due_idx ON series_minutes (count_at) WHERE count_at IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE series_minutes, series_counts');
  }
}
