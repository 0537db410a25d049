import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Migration that drops the index of dedupe keys by event. Old keys are deleted page by page, see `OldDedupeKeys`. A hub
 * without this migration still finds old keys, by reading the table.
 */
export class KeysWithoutEventIndex1796890000000 implements MigrationInterface {
  readonly name = 'KeysWithoutEventIndex1796890000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX IF EXISTS ingest_keys_event_idx');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX IF NOT EXISTS ingest_keys_event_idx ON ingest_keys (event_id)');
  }
}
