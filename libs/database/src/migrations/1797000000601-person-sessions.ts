import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Migration that lets a person own a session. Such a session has an empty proof, because the check of the table requires a
 * key or a proof. The previous version of the hub therefore finds the session, but does not accept it.
 */
export class PersonSessions1797000000601 implements MigrationInterface {
  readonly name = 'PersonSessions1797000000601';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sessions
        ADD COLUMN person_id uuid CONSTRAINT sessions_person_fkey REFERENCES people ON DELETE CASCADE,
        ADD COLUMN role_values text[]`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DELETE FROM sessions WHERE person_id IS NOT NULL');
    await runner.query('ALTER TABLE sessions DROP COLUMN person_id, DROP COLUMN role_values');
  }
}
