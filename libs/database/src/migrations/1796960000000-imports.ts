import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds the files of sources, and imports with their uploaded files. */
export class Imports1796960000000 implements MigrationInterface {
  readonly name = 'Imports1796960000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sources ADD COLUMN files json');
    await runner.query(
      `CREATE TABLE imports (
        id uuid NOT NULL CONSTRAINT imports_pkey PRIMARY KEY,
        brand_id uuid NOT NULL,
        source_id uuid NOT NULL,
        file_name text NOT NULL,
        file_format json NOT NULL,
        size_bytes bigint NOT NULL,
        sha256 text,
        per_second double precision NOT NULL,
        recovered boolean NOT NULL,
        requested_by text NOT NULL,
        state text NOT NULL
          CONSTRAINT imports_state_check CHECK (state IN ('uploading', 'running', 'done', 'failed', 'cancelled')),
        received_bytes bigint NOT NULL DEFAULT 0,
        position json NOT NULL,
        counts json NOT NULL,
        problems json NOT NULL,
        reason text,
        next_at timestamptz NOT NULL DEFAULT now(),
        lease_token uuid,
        lease_until timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        ended_at timestamptz,
        CONSTRAINT imports_ended_check CHECK ((ended_at IS NULL) = (state IN ('uploading', 'running')))
      )`,
    );
    await runner.query('CREATE INDEX imports_source_idx ON imports (brand_id, source_id, id)');
    await runner.query('CREATE INDEX imports_open_idx ON imports (next_at) WHERE ended_at IS NULL');
    await runner.query(
      `CREATE TABLE import_chunks (
        import_id uuid NOT NULL CONSTRAINT import_chunks_import_fkey REFERENCES imports ON DELETE CASCADE,
        start bigint NOT NULL,
        bytes integer NOT NULL,
        sealed bytea NOT NULL,
        CONSTRAINT import_chunks_pkey PRIMARY KEY (import_id, start)
      )`,
    );
    // Encrypted bytes do not compress.
    await runner.query('ALTER TABLE import_chunks ALTER COLUMN sealed SET STORAGE EXTERNAL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE import_chunks');
    await runner.query('DROP TABLE imports');
    await runner.query('ALTER TABLE sources DROP COLUMN files');
  }
}
