import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds API keys, the audit log, and the hub's own data key. */
export class KeysAndAudit1795800000000 implements MigrationInterface {
  readonly name = 'KeysAndAudit1795800000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit_entries, api_keys, hub_key');
    await runner.query('DROP FUNCTION refuse_audit_change');
  }
}

/**
 * Statements that create the tables. A trigger makes the audit log refuse changes from everybody, including the hub.
 * Only the database's owner can remove the trigger.
 */
const STATEMENTS: readonly string[] = [
  `CREATE TABLE hub_key (
    id smallint NOT NULL CONSTRAINT hub_key_pkey PRIMARY KEY CONSTRAINT hub_key_single_check CHECK (id = 1),
    wrapped_key bytea NOT NULL
  )`,
  `CREATE TABLE api_keys (
    id uuid NOT NULL CONSTRAINT api_keys_pkey PRIMARY KEY,
    hash bytea NOT NULL,
    hint text NOT NULL,
    name text NOT NULL,
    role text NOT NULL CONSTRAINT api_keys_role_check CHECK (role IN ('admin', 'operator', 'viewer', 'ingest')),
    brand_ids uuid[],
    reveal boolean NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    last_used_at timestamptz
  )`,
  `CREATE UNIQUE INDEX api_keys_hash_key ON api_keys (hash)`,
  `CREATE TABLE audit_entries (
    id uuid NOT NULL CONSTRAINT audit_entries_pkey PRIMARY KEY,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    actor_key_id uuid,
    action text NOT NULL,
    brand_id uuid,
    target text NOT NULL,
    before json,
    after json
  )`,
  `CREATE INDEX audit_entries_brand_idx ON audit_entries (brand_id, id)`,
  `CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'The audit log only grows: % is refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
    END
  $$`,
  `CREATE TRIGGER audit_entries_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`,
];
