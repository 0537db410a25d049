import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Migration that lets an ended delivery contain its first attempt, if this attempt succeeded. Earlier attempts keep their
 * rows in `attempts`.
 */
export class FirstAttempts1796840000000 implements MigrationInterface {
  readonly name = 'FirstAttempts1796840000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE deliveries ADD COLUMN first_attempt_at timestamptz, ADD COLUMN first_attempt_ms integer,
        ADD COLUMN first_attempt_request text, ADD COLUMN first_attempt_response json`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `INSERT INTO attempts (delivery_id, retention_days, number, started_at, duration_ms, outcome, request, response)
      SELECT id, retention_days, 1, first_attempt_at, first_attempt_ms, 'accepted', first_attempt_request,
        first_attempt_response
      FROM deliveries_ended WHERE first_attempt_at IS NOT NULL`,
    );
    await runner.query(
      `ALTER TABLE deliveries DROP COLUMN first_attempt_at, DROP COLUMN first_attempt_ms,
        DROP COLUMN first_attempt_request, DROP COLUMN first_attempt_response`,
    );
  }
}
