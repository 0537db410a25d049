import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds the positions up to which the hub has checked if vendors reported the statuses of messages. */
export class StatusChecks1796600000002 implements MigrationInterface {
  readonly name = 'StatusChecks1796600000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE status_checks (
        destination_id uuid NOT NULL CONSTRAINT status_checks_pkey PRIMARY KEY,
        prompt_after uuid NOT NULL,
        late_after uuid NOT NULL,
        next_at timestamptz NOT NULL
      )`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE status_checks');
  }
}
