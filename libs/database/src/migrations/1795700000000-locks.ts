import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What one process at a time does at a vendor. */
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
