import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CONFIGURATION_SCHEMA } from './configuration-schema.sql.js';
import { HOT_SCHEMA } from './hot-schema.sql.js';

/** Migration that creates the schema of the first version. */
export class InitialSchema1795500000000 implements MigrationInterface {
  readonly name = 'InitialSchema1795500000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...CONFIGURATION_SCHEMA, ...HOT_SCHEMA]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE attempts, deliveries, event_customers, events, ingest_keys`);
    await runner.query(
      `DROP TABLE subscription_versions, subscriptions, destinations, sources, brands,
        configuration_revisions, configuration`,
    );
  }
}
