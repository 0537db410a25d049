import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds the locks for vendor calls that only one process at a time may make. */
export class Locks1795700000000 implements MigrationInterface {
  readonly name = 'Locks1795700000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE locks (
        key uuid NOT NULL CONSTRAINT locks_pkey PRIMARY KEY,
        token uuid NOT NULL,
        until timestamptz NOT NULL
      ) WITH (fillfactor = 50)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE locks');
  }
}
