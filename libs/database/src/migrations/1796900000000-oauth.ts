import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds the OAuth connections of destinations, and the requests of persons to connect them. */
export class OAuth1796900000000 implements MigrationInterface {
  readonly name = 'OAuth1796900000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE oauth_connections, oauth_requests');
  }
}

const STATEMENTS: readonly string[] = [
  `CREATE TABLE oauth_connections (
    destination_id uuid NOT NULL CONSTRAINT oauth_connections_pkey PRIMARY KEY
      CONSTRAINT oauth_connections_destination_fkey REFERENCES destinations ON DELETE CASCADE,
    version uuid NOT NULL,
    sealed_tokens bytea NOT NULL,
    token_url text NOT NULL,
    refused boolean NOT NULL DEFAULT false,
    expires_at timestamptz,
    scopes text,
    connected_at timestamptz NOT NULL,
    connected_by text NOT NULL
  )`,
  `CREATE TABLE oauth_requests (
    hash bytea NOT NULL CONSTRAINT oauth_requests_pkey PRIMARY KEY,
    destination_id uuid NOT NULL
      CONSTRAINT oauth_requests_destination_fkey REFERENCES destinations ON DELETE CASCADE,
    actor text NOT NULL,
    key_id uuid CONSTRAINT oauth_requests_key_fkey REFERENCES api_keys ON DELETE CASCADE,
    browser_hash bytea,
    expires_at timestamptz NOT NULL
  )`,
  `CREATE INDEX oauth_requests_key_idx ON oauth_requests (key_id)`,
];
