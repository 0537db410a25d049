import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Migration that adds two small tables that change often and may be lost: live workers, and circuit breakers of failing
 * destinations.
 */
export class WorkersAndGates1795720000000 implements MigrationInterface {
  readonly name = 'WorkersAndGates1795720000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE workers (
        id uuid NOT NULL CONSTRAINT workers_pkey PRIMARY KEY,
        joined_at timestamptz NOT NULL,
        seen_at timestamptz NOT NULL
      ) WITH (fillfactor = 20)`,
    );
    await runner.query(
      `CREATE TABLE destination_gates (
        destination_id uuid NOT NULL CONSTRAINT destination_gates_pkey PRIMARY KEY,
        closed_until timestamptz NOT NULL,
        trips integer NOT NULL,
        failing_since timestamptz,
        share real NOT NULL
      ) WITH (fillfactor = 50)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE destination_gates, workers');
  }
}
