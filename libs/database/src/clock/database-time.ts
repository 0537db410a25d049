import type { SqlRunner } from '../connections/sql-runner.js';

/** Reads PostgreSQL's time in milliseconds since the epoch, with fractions. */
export async function databaseTime(runner: SqlRunner): Promise<number> {
  const [row] = await runner.query('SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now');
  if (typeof row === 'object' && row !== null && 'now' in row && typeof row.now === 'number') return row.now;
  throw new Error('PostgreSQL returned no number for its clock_timestamp(), so its time is unknown.');
}
