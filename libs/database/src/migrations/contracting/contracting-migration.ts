import type { MigrationInterface } from 'typeorm';

/** Migration that removes what earlier builds of the hub need. It runs only when no earlier build is running. */
export interface ContractingMigration extends MigrationInterface {
  readonly name: string;
  /** Lowest schema number of a build that works after this migration. */
  readonly oldestBuild: number;
}
