import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migration that removes what earlier builds of the hub need. It runs only when no earlier build is running. */
export abstract class ContractingMigration implements MigrationInterface {
  abstract readonly name: string;
  /** Lowest schema number of a build that works after this migration. */
  abstract readonly oldestBuild: number;

  /** Removes something, and in the same transaction raises the lowest number of a build that may use the database. */
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('UPDATE schema_compatibility SET oldest_build = greatest(oldest_build, $1::int)', [
      this.oldestBuild,
    ]);
    await this.contract(runner);
  }

  /** Restores what the migration removed, without its data. */
  abstract down(runner: QueryRunner): Promise<void>;

  protected abstract contract(runner: QueryRunner): Promise<void>;
}
