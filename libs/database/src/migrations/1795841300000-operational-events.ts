import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Migration that adds the outbox of operational events, and the source `patchbay` of each brand for these events. An
 * existing source with this name is renamed. The sender of a renamed source must then post to the new name.
 */
export class OperationalEvents1795841300000 implements MigrationInterface {
  readonly name = 'OperationalEvents1795841300000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const managedBy = (names: string): string =>
  `ALTER TABLE sources DROP CONSTRAINT sources_managed_by_check,
    ADD CONSTRAINT sources_managed_by_check CHECK (managed_by IN (${names}))`;

const UP: readonly string[] = [
  `CREATE TABLE operational_notes (
    scope text NOT NULL CONSTRAINT operational_notes_pkey PRIMARY KEY,
    brand_id uuid NOT NULL,
    type text NOT NULL,
    facts jsonb NOT NULL,
    count integer NOT NULL,
    deliveries jsonb NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    told_at timestamptz
  ) WITH (fillfactor = 50)`,
  `CREATE INDEX subscription_versions_source_idx ON subscription_versions (source_id) WHERE to_revision IS NULL`,
  managedBy(`'file', 'api', 'hub'`),
  `UPDATE sources SET name = 'patchbay-' || left(id::text, 8) WHERE name = 'patchbay' AND deleted_at IS NULL`,
  `INSERT INTO sources (id, brand_id, name, adapter, sealed_auth, managed_by)
  SELECT gen_random_uuid(), id, 'patchbay', 'patchbay', '', 'hub' FROM brands WHERE deleted_at IS NULL`,
];

const DOWN: readonly string[] = [
  `DELETE FROM subscription_versions WHERE source_id IN (SELECT id FROM sources WHERE managed_by = 'hub')`,
  `DELETE FROM sources WHERE managed_by = 'hub'`,
  managedBy(`'file', 'api'`),
  'DROP INDEX subscription_versions_source_idx',
  'DROP TABLE operational_notes',
];
