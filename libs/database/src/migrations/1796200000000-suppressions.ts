import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds the suppression lists of the brands. */
export class Suppressions1796200000000 implements MigrationInterface {
  readonly name = 'Suppressions1796200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE suppressions (
        id uuid NOT NULL CONSTRAINT suppressions_pkey PRIMARY KEY,
        brand_id uuid NOT NULL CONSTRAINT suppressions_brand_fkey REFERENCES brands (id),
        kind text NOT NULL CONSTRAINT suppressions_kind_check CHECK (kind IN ('phone', 'email', 'pushToken')),
        address_hash bytea NOT NULL,
        sealed_address bytea,
        reason text NOT NULL CONSTRAINT suppressions_reason_check
          CHECK (reason IN ('hard_bounce', 'complaint', 'opt_out', 'invalid', 'manual')),
        channel text CONSTRAINT suppressions_channel_check CHECK (channel IN ('sms', 'email', 'push')),
        purpose text CONSTRAINT suppressions_purpose_check CHECK (purpose IN ('promotional')),
        sender text,
        origin text NOT NULL CONSTRAINT suppressions_origin_check CHECK (origin IN ('callback', 'answer', 'person')),
        reported_by text NOT NULL,
        detail text,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT suppressions_address_key
          UNIQUE NULLS NOT DISTINCT (brand_id, address_hash, reason, channel, purpose, sender)
      )`,
    );
    await runner.query('CREATE INDEX suppressions_brand_idx ON suppressions (brand_id, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE suppressions');
  }
}
