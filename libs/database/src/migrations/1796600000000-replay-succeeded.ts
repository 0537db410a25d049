import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Migration that stores whether a replay of events includes the events whose delivery succeeded. Replays from before this
 * migration included these events.
 */
export class ReplaySucceeded1796600000000 implements MigrationInterface {
  readonly name = 'ReplaySucceeded1796600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE replays ADD COLUMN include_succeeded boolean NOT NULL DEFAULT true');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE replays DROP COLUMN include_succeeded');
  }
}
