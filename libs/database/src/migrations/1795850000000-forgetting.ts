import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds erasures of customers, and the hashes that replace erased customers. */
export class Forgetting1795850000000 implements MigrationInterface {
  readonly name = 'Forgetting1795850000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE events ADD COLUMN forgotten_at timestamptz');
    await runner.query(
      `CREATE TABLE tombstones (
        customer_hash bytea NOT NULL CONSTRAINT tombstones_pkey PRIMARY KEY,
        brand_id uuid NOT NULL,
        forgotten_until timestamptz NOT NULL
      )`,
    );
    await runner.query('CREATE INDEX tombstones_latest_idx ON tombstones (brand_id, forgotten_until)');
    await runner.query(
      `CREATE TABLE forgettings (
        id uuid NOT NULL CONSTRAINT forgettings_pkey PRIMARY KEY,
        brand_id uuid NOT NULL,
        customer_hash bytea NOT NULL,
        customer_id text,
        forgotten_until timestamptz NOT NULL,
        requested_by text NOT NULL,
        event_id uuid,
        spared_until timestamptz,
        events integer NOT NULL DEFAULT 0,
        deliveries integer NOT NULL DEFAULT 0,
        attempts integer NOT NULL DEFAULT 0,
        began_at timestamptz,
        began_xid xid,
        settled boolean NOT NULL DEFAULT false,
        cursor uuid,
        "left" integer NOT NULL DEFAULT 0,
        passes integer NOT NULL DEFAULT 0,
        next_at timestamptz NOT NULL DEFAULT now(),
        lease_token uuid,
        lease_until timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        ended_at timestamptz,
        CONSTRAINT forgettings_customer_check CHECK ((customer_id IS NULL) = (ended_at IS NOT NULL)),
        CONSTRAINT forgettings_began_check CHECK ((began_at IS NULL) = (began_xid IS NULL)),
        CONSTRAINT forgettings_spared_check CHECK ((event_id IS NULL) = (spared_until IS NULL))
      )`,
    );
    await runner.query('CREATE INDEX forgettings_brand_idx ON forgettings (brand_id, id)');
    await runner.query('CREATE INDEX forgettings_open_idx ON forgettings (next_at) WHERE ended_at IS NULL');
    await runner.query('CREATE INDEX forgettings_customer_idx ON forgettings (customer_hash) WHERE ended_at IS NULL');
    await runner.query('CREATE INDEX forgettings_began_idx ON forgettings (began_at)');
    await runner.query('CREATE INDEX forgettings_ended_idx ON forgettings (ended_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE forgettings, tombstones');
    await runner.query('ALTER TABLE events DROP COLUMN forgotten_at');
  }
}
