import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds the pauses of lookups, and an index of the deliveries that wait for paused lookups. */
export class LookupPauses1796500000001 implements MigrationInterface {
  readonly name = 'LookupPauses1796500000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE brands ADD lookups_revision integer NOT NULL DEFAULT 0');
    await runner.query(
      `CREATE TABLE lookup_pauses (
        brand_id uuid NOT NULL CONSTRAINT lookup_pauses_brand_fkey REFERENCES brands (id),
        lookup text NOT NULL,
        reason text NOT NULL,
        paused_at timestamptz NOT NULL,
        resumed_at timestamptz,
        CONSTRAINT lookup_pauses_pkey PRIMARY KEY (brand_id, lookup)
      )`,
    );
    await runner.query(
      `CREATE INDEX deliveries_waiting_lookup_idx ON deliveries_waiting (brand_id, reason)
        WHERE reason LIKE 'lookup paused: %'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX deliveries_waiting_lookup_idx');
    await runner.query('DROP TABLE lookup_pauses');
    await runner.query('ALTER TABLE brands DROP lookups_revision');
  }
}
