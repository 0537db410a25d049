import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that marks the attempts whose message was sent from memory. Earlier attempts were not. */
export class DirectAttempts1796850000000 implements MigrationInterface {
  readonly name = 'DirectAttempts1796850000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE attempts ADD COLUMN direct boolean');
    await runner.query('ALTER TABLE deliveries ADD COLUMN first_attempt_direct boolean');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE deliveries DROP COLUMN first_attempt_direct');
    await runner.query('ALTER TABLE attempts DROP COLUMN direct');
  }
}
