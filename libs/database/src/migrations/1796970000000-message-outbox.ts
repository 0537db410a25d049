import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds the outbox of operational events about single messages. */
export class MessageOutbox1796970000000 implements MigrationInterface {
  readonly name = 'MessageOutbox1796970000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE message_outbox (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT message_outbox_pkey PRIMARY KEY,
        brand_id uuid NOT NULL,
        type text NOT NULL,
        facts jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        retry_at timestamptz
      )`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE message_outbox');
  }
}
