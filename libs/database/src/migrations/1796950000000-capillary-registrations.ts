import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds the registrations of sources at Capillary, with the secrets that the hub generates. */
export class CapillaryRegistrations1796950000000 implements MigrationInterface {
  readonly name = 'CapillaryRegistrations1796950000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE capillary_registrations (
        source_id uuid PRIMARY KEY REFERENCES sources (id) ON DELETE CASCADE,
        brand_id uuid NOT NULL REFERENCES brands (id) ON DELETE CASCADE,
        sealed_secrets bytea NOT NULL,
        secret_at timestamptz NOT NULL,
        is_rotating boolean NOT NULL,
        previous_until timestamptz,
        webhook_id text,
        consumer_group_id text,
        written jsonb,
        drift jsonb NOT NULL DEFAULT '[]',
        is_missing boolean NOT NULL DEFAULT false,
        checked_at timestamptz
      )`);
    await runner.query('CREATE INDEX capillary_registrations_brand_idx ON capillary_registrations (brand_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE capillary_registrations');
  }
}
