import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Migration that adds the batches whose call has begun, and the batch of an attempt. Only batches that are repeated as
 * a whole have a row, until the outcome of their call is known.
 */
export class Batches1796880000000 implements MigrationInterface {
  readonly name = 'Batches1796880000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE batches (
        id uuid NOT NULL CONSTRAINT batches_pkey PRIMARY KEY,
        destination_id uuid NOT NULL,
        delivery_ids uuid[] NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      ) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000)`,
    );
    // Store the ids without compression, because ids do not compress.
    await runner.query('ALTER TABLE batches ALTER COLUMN delivery_ids SET STORAGE EXTERNAL');
    await runner.query('CREATE INDEX batches_destination_idx ON batches (destination_id, created_at)');
    await runner.query('ALTER TABLE attempts ADD COLUMN batch json');
  }

  async down(runner: QueryRunner): Promise<void> {
    // A member in doubt is still marked as lost, so an earlier version does not send it again unless it may.
    await runner.query(`UPDATE deliveries SET messaging = messaging - 'batch' WHERE messaging ? 'batch'`);
    await runner.query('ALTER TABLE attempts DROP COLUMN batch');
    await runner.query('DROP TABLE batches');
  }
}
