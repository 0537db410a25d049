import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Migration that adds a revision per brand. A deleted brand keeps its row, so that every process learns of the deletion.
 *
 * Processes of the previous version raise only the revision of the configuration. When such a transaction commits, the
 * trigger raises the revision of every brand, so that processes of both versions can run at the same time.
 */
export class BrandRevisions1796800000000 implements MigrationInterface {
  readonly name = 'BrandRevisions1796800000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER configuration_raise_brands ON configuration');
    await runner.query('DROP FUNCTION raise_brands()');
    await runner.query('DROP TABLE brand_revisions');
  }
}

const STATEMENTS = [
  `CREATE TABLE brand_revisions (
    brand_id uuid NOT NULL CONSTRAINT brand_revisions_pkey PRIMARY KEY,
    revision bigint NOT NULL
  ) WITH (fillfactor = 80)`,
  'CREATE INDEX brand_revisions_revision_idx ON brand_revisions (revision)',
  `INSERT INTO brand_revisions (brand_id, revision)
    SELECT b.id, c.revision FROM brands b CROSS JOIN configuration c`,
  `CREATE FUNCTION raise_brands() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NOT EXISTS (SELECT FROM brand_revisions WHERE revision = NEW.revision) THEN
      INSERT INTO brand_revisions (brand_id, revision) SELECT id, NEW.revision FROM brands ORDER BY id
      ON CONFLICT (brand_id) DO UPDATE SET revision = excluded.revision;
    END IF;
    RETURN NULL;
  END
  $$`,
  `CREATE CONSTRAINT TRIGGER configuration_raise_brands AFTER UPDATE OF revision ON configuration
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.revision <> OLD.revision) EXECUTE FUNCTION raise_brands()`,
];
