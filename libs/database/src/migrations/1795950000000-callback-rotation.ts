import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds the rotation of callback URLs, and pending status updates that are stored by delivery id. */
export class CallbackRotation1795950000000 implements MigrationInterface {
  readonly name = 'CallbackRotation1795950000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE destinations
        ADD COLUMN callback_version integer NOT NULL DEFAULT 1,
        ADD COLUMN callback_previous_until timestamptz`,
    );
    await runner.query(
      `ALTER TABLE early_news
        ADD COLUMN named_by text NOT NULL DEFAULT 'externalId',
        DROP CONSTRAINT early_news_pkey,
        ADD CONSTRAINT early_news_pkey PRIMARY KEY (destination_id, named_by, external_id)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM early_news WHERE named_by <> 'externalId'`);
    await runner.query(
      `ALTER TABLE early_news
        DROP CONSTRAINT early_news_pkey,
        DROP COLUMN named_by,
        ADD CONSTRAINT early_news_pkey PRIMARY KEY (destination_id, external_id)`,
    );
    await runner.query('ALTER TABLE destinations DROP COLUMN callback_version, DROP COLUMN callback_previous_until');
  }
}
