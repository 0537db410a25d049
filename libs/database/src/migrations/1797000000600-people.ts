import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds the people whom an identity provider has identified. */
export class People1797000000600 implements MigrationInterface {
  readonly name = 'People1797000000600';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE people (
        id uuid NOT NULL CONSTRAINT people_pkey PRIMARY KEY,
        issuer text NOT NULL,
        subject text NOT NULL,
        name text,
        last_seen_at timestamptz NOT NULL,
        CONSTRAINT people_subject_key UNIQUE (issuer, subject)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE people');
  }
}
