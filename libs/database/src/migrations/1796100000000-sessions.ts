import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds the sessions and the sign-in links of the console. */
export class Sessions1796100000000 implements MigrationInterface {
  readonly name = 'Sessions1796100000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sessions, sign_in_links');
  }
}

/** Statements that create the tables. A row belongs to an API key, or to PATCHBAY_ADMIN_KEY, which has no row. */
const STATEMENTS: readonly string[] = [
  `CREATE TABLE sessions (
    hash bytea NOT NULL CONSTRAINT sessions_pkey PRIMARY KEY,
    key_id uuid CONSTRAINT sessions_key_fkey REFERENCES api_keys ON DELETE CASCADE,
    bootstrap_proof bytea,
    last_seen_at timestamptz NOT NULL,
    latest_ends_at timestamptz NOT NULL,
    CONSTRAINT sessions_owner_check CHECK (num_nonnulls(key_id, bootstrap_proof) = 1)
  )`,
  `CREATE INDEX sessions_key_idx ON sessions (key_id)`,
  `CREATE TABLE sign_in_links (
    hash bytea NOT NULL CONSTRAINT sign_in_links_pkey PRIMARY KEY,
    key_id uuid CONSTRAINT sign_in_links_key_fkey REFERENCES api_keys ON DELETE CASCADE,
    bootstrap_proof bytea,
    expires_at timestamptz NOT NULL,
    CONSTRAINT sign_in_links_owner_check CHECK (num_nonnulls(key_id, bootstrap_proof) = 1)
  )`,
  `CREATE INDEX sign_in_links_key_idx ON sign_in_links (key_id)`,
];
