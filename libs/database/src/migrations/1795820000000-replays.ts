import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds replays, with their filter and their progress. */
export class Replays1795820000000 implements MigrationInterface {
  readonly name = 'Replays1795820000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE replays (
        id uuid NOT NULL CONSTRAINT replays_pkey PRIMARY KEY,
        brand_id uuid NOT NULL,
        state text NOT NULL
          CONSTRAINT replays_state_check CHECK (state IN ('running', 'cancelling', 'done', 'cancelled')),
        mapping text NOT NULL CONSTRAINT replays_mapping_check CHECK (mapping IN ('recorded', 'current')),
        filter json NOT NULL,
        rate_per_second double precision,
        requested_by text NOT NULL,
        expected integer NOT NULL,
        expected_all boolean NOT NULL,
        cursor uuid,
        looked_at integer NOT NULL DEFAULT 0,
        made integer NOT NULL DEFAULT 0,
        skipped json NOT NULL,
        next_at timestamptz NOT NULL,
        lease_token uuid,
        lease_until timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        ended_at timestamptz,
        CONSTRAINT replays_ended_check CHECK ((ended_at IS NULL) = (state IN ('running', 'cancelling')))
      )`,
    );
    await runner.query('CREATE INDEX replays_brand_idx ON replays (brand_id, id)');
    await runner.query('CREATE INDEX replays_open_idx ON replays (next_at) WHERE ended_at IS NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE replays');
  }
}
