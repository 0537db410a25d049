import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds the places that sources watch for files, and the imports of listed files. */
export class FilePlaces1796960000001 implements MigrationInterface {
  readonly name = 'FilePlaces1796960000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sources ADD COLUMN sealed_place bytea');
    await runner.query(
      `ALTER TABLE imports ADD COLUMN origin text NOT NULL DEFAULT 'upload'
        CONSTRAINT imports_origin_check CHECK (origin IN ('upload', 'folder', 's3', 'sftp'))`,
    );
    await runner.query('ALTER TABLE imports ADD COLUMN version text');
    await runner.query(
      `CREATE UNIQUE INDEX imports_version_key ON imports (source_id, file_name, version) WHERE version IS NOT NULL`,
    );
    await runner.query(
      `CREATE TABLE file_scans (
        source_id uuid NOT NULL CONSTRAINT file_scans_pkey PRIMARY KEY,
        next_at timestamptz NOT NULL,
        scanned_at timestamptz,
        problem text
      )`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE file_scans');
    // An earlier version would look for the chunks of a listed file.
    await runner.query(
      `UPDATE imports SET state = 'cancelled', ended_at = now() WHERE ended_at IS NULL AND origin <> 'upload'`,
    );
    await runner.query('ALTER TABLE imports DROP COLUMN version, DROP COLUMN origin');
    await runner.query('ALTER TABLE sources DROP COLUMN sealed_place');
  }
}
