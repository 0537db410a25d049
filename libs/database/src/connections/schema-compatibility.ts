import { ConfigurationError } from '@patchbay/core';
import { isMissingTable } from '../query/sql-error.js';

/**
 * Schema number of this build. The first migration after a release raises it by one. Builds without a number, up to
 * the commit before this one, count as 0.
 */
export const SCHEMA_NUMBER = 1;

/** Builds that can use a database, by their schema numbers. */
export interface SchemaCompatibility {
  /** Highest number of a build that has migrated the database. */
  readonly newestBuild: number;
  /** Lowest number of a build that may use the database. */
  readonly oldestBuild: number;
}

/** Compatibility of an empty database, and of a database that only builds without a number have migrated. */
const WITHOUT_NUMBERS: SchemaCompatibility = { newestBuild: 0, oldestBuild: 0 };

const COMPATIBILITY = 'SELECT newest_build AS "newestBuild", oldest_build AS "oldestBuild" FROM schema_compatibility';

/**
 * Reads the compatibility of the database.
 * @param query runs the statement on any connection
 */
export async function readSchemaCompatibility(
  query: (text: string) => Promise<readonly SchemaCompatibility[]>,
): Promise<SchemaCompatibility> {
  try {
    const [row] = await query(COMPATIBILITY);
    return row ?? WITHOUT_NUMBERS;
  } catch (error) {
    if (isMissingTable(error)) return WITHOUT_NUMBERS;
    throw error;
  }
}

/**
 * Describes why a build cannot use a database. Null if the build can use it.
 * @param build schema number of the build
 */
export function incompatibility({ oldestBuild, newestBuild }: SchemaCompatibility, build: number): string | null {
  if (build >= oldestBuild) return null;
  return (
    `the database needs a version of Patchbay with the schema number ${oldestBuild} or higher, and this version has the ` +
    `number ${build}. Start the version that migrated the database (schema number ${newestBuild}), or restore a backup ` +
    'from before the upgrade. See docs/upgrade.md'
  );
}

/** @throws ConfigurationError if this build cannot use the database */
export function refuseIncompatible(compatibility: SchemaCompatibility, build: number): void {
  const message = incompatibility(compatibility, build);
  if (message !== null) throw new ConfigurationError([{ field: 'schema', message: `${message}.` }]);
}
