import type { SqlRunner } from './sql-runner.js';

/** Connections of the PostgreSQL server, of all its clients. */
export interface ConnectionUsage {
  /** Number of open connections. */
  readonly used: number;
  /** Maximum number of connections, without the connections that PostgreSQL reserves for administrators. */
  readonly available: number;
}

/** PostgreSQL 16 added `reserved_connections`. */
const USAGE = `
SELECT (SELECT sum(numbackends)::int FROM pg_stat_database) AS used,
  current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
    - coalesce(current_setting('reserved_connections', true)::int, 0) AS available`;

/** Reads how many connections the PostgreSQL server has and allows. */
export async function readConnectionUsage(runner: SqlRunner): Promise<ConnectionUsage> {
  const [usage] = await runner.query<ConnectionUsage[]>(USAGE);
  if (usage === undefined) throw new Error('PostgreSQL returned no row for the number of its connections.');
  return usage;
}
