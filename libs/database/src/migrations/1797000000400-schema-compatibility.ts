import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that adds the numbers by which builds of the hub find out if they can use the schema. */
export class SchemaCompatibility1797000000400 implements MigrationInterface {
  readonly name = 'SchemaCompatibility1797000000400';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE schema_compatibility (
        id smallint NOT NULL CONSTRAINT schema_compatibility_pkey PRIMARY KEY
          CONSTRAINT schema_compatibility_single_check CHECK (id = 1),
        newest_build integer NOT NULL,
        oldest_build integer NOT NULL
      )`,
    );
    await runner.query('INSERT INTO schema_compatibility (id, newest_build, oldest_build) VALUES (1, 0, 0)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE schema_compatibility');
  }
}
