import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds checks of Capillary's logs, and the events that they did not find in the store. */
export class CapillaryLogChecks1797000000000 implements MigrationInterface {
  readonly name = 'CapillaryLogChecks1797000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE capillary_log_checks (
        id uuid PRIMARY KEY,
        brand_id uuid NOT NULL,
        source_id uuid NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
        consumer_group text NOT NULL,
        from_day date NOT NULL,
        to_day date NOT NULL,
        requested_by text NOT NULL,
        state text NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled')),
        position json NOT NULL,
        entries bigint NOT NULL DEFAULT 0,
        unreadable bigint NOT NULL DEFAULT 0,
        types json NOT NULL DEFAULT '[]',
        missing integer NOT NULL DEFAULT 0,
        recovered integer NOT NULL DEFAULT 0,
        reason text,
        next_at timestamptz NOT NULL DEFAULT now(),
        lease_token uuid,
        lease_until timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        ended_at timestamptz,
        CHECK ((ended_at IS NULL) = (state = 'running'))
      )`);
    await runner.query('CREATE INDEX capillary_log_checks_source_idx ON capillary_log_checks (source_id, id)');
    await runner.query(
      'CREATE UNIQUE INDEX capillary_log_checks_running_key ON capillary_log_checks (source_id) WHERE ended_at IS NULL',
    );
    await runner.query(`
      CREATE TABLE capillary_missing_events (
        check_id uuid NOT NULL REFERENCES capillary_log_checks (id) ON DELETE CASCADE,
        type text NOT NULL,
        event_id text NOT NULL,
        occurred_at timestamptz,
        status text,
        recovered boolean NOT NULL,
        PRIMARY KEY (check_id, type, event_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE capillary_missing_events');
    await runner.query('DROP TABLE capillary_log_checks');
  }
}
