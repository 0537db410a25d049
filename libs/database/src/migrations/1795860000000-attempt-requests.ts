import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds the method and URL of each attempt's request, such as `POST https://…`. */
export class AttemptRequests1795860000000 implements MigrationInterface {
  readonly name = 'AttemptRequests1795860000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE attempts ADD COLUMN request text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE attempts DROP COLUMN request');
  }
}
