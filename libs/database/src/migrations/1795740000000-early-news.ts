import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds a table for status updates of messages whose vendor id is not stored yet. */
export class EarlyNews1795740000000 implements MigrationInterface {
  readonly name = 'EarlyNews1795740000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE early_news (
        destination_id uuid NOT NULL,
        external_id text NOT NULL,
        status text NOT NULL,
        at timestamptz,
        expires_at timestamptz NOT NULL,
        CONSTRAINT early_news_pkey PRIMARY KEY (destination_id, external_id)
      )`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE early_news');
  }
}
