import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds the key of a customer, which a source picks, and the links between keys and platform ids. */
export class CustomerKeys1796300000000 implements MigrationInterface {
  readonly name = 'CustomerKeys1796300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sources ADD COLUMN customer text');
    await runner.query('ALTER TABLE events ADD COLUMN customer_key text');
    await runner.query('ALTER TABLE erasures ADD COLUMN linked boolean NOT NULL DEFAULT false');
    await runner.query(
      `CREATE TABLE customer_links (
        brand_id uuid NOT NULL,
        customer_id text NOT NULL,
        linked_id text NOT NULL,
        seen_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT customer_links_pkey PRIMARY KEY (brand_id, customer_id, linked_id)
      )`,
    );
    await runner.query('CREATE INDEX customer_links_expiry_idx ON customer_links (expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE customer_links');
    await runner.query('ALTER TABLE erasures DROP COLUMN linked');
    await runner.query('ALTER TABLE events DROP COLUMN customer_key');
    await runner.query('ALTER TABLE sources DROP COLUMN customer');
  }
}
