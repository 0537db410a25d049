import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Migration that adds the settings of a brand's own systems (resolver, consent, enrichment), and the lookups that each
 * subscription uses.
 */
export class BrandLookups1795600000000 implements MigrationInterface {
  readonly name = 'BrandLookups1795600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE brands ADD COLUMN sealed_lookups bytea');
    await runner.query(`ALTER TABLE subscription_versions ADD COLUMN enrich json NOT NULL DEFAULT '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE subscription_versions DROP COLUMN enrich');
    await runner.query('ALTER TABLE brands DROP COLUMN sealed_lookups');
  }
}
