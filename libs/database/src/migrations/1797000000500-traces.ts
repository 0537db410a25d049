import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds the trace context of an event. */
export class Traces1797000000500 implements MigrationInterface {
  readonly name = 'Traces1797000000500';

  async up(runner: QueryRunner): Promise<void> {
    // A null takes no space in the row.
    await runner.query('ALTER TABLE events ADD COLUMN traceparent text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE events DROP COLUMN traceparent');
  }
}
