import type { DataSource } from 'typeorm';
import { CONTRACTING_MIGRATIONS } from '../migrations/contracting/index.js';
import type { PgRunner } from '../query/pg-pool.js';
import { isMissingTable } from '../query/sql-error.js';

const MISSING = `
SELECT known.name FROM unnest($1::text[]) WITH ORDINALITY AS known (name, position)
WHERE NOT EXISTS (SELECT FROM migrations m WHERE m.name = known.name) ORDER BY known.position`;

const CONTRACTING = new Set<string>(CONTRACTING_MIGRATIONS.map((Migration) => new Migration().name));

/**
 * Returns the names of this build's expanding migrations that have not run in the database, such as after an older backup was
 * restored. Throws if the database is unavailable.
 */
export async function missingMigrations(
  { migrations }: Pick<DataSource, 'migrations'>,
  runner: PgRunner,
): Promise<readonly string[]> {
  const known = migrations
    .map(({ name, constructor }) => name ?? constructor.name)
    .filter((name) => !CONTRACTING.has(name));
  try {
    const rows = await runner.query<{ name: string }>({ text: MISSING, values: [known] });
    return rows.map(({ name }) => name);
  } catch (error) {
    if (isMissingTable(error)) return known;
    throw error;
  }
}
