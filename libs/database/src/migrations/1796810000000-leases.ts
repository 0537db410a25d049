import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds the leases of tasks that one process at a time runs. */
export class Leases1796810000000 implements MigrationInterface {
  readonly name = 'Leases1796810000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE leases (
        task text NOT NULL CONSTRAINT leases_pkey PRIMARY KEY,
        holder uuid NOT NULL,
        until timestamptz NOT NULL
      ) WITH (fillfactor = 50)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE leases');
  }
}
