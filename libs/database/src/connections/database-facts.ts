import { GONE_AFTER_MS } from '../workers/postgres-worker-registry.js';
import type { SqlRunner } from './sql-runner.js';

/** Facts about the database that a diagnosis reports. */
export interface DatabaseFacts {
  /** Version of PostgreSQL, such as `18.4`. */
  readonly version: string;
  /** Major version of PostgreSQL. */
  readonly majorVersion: number;
  /** Number of workers whose heartbeat is recent. */
  readonly liveWorkers: number;
}

const FACTS = `
SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
  current_setting('server_version_num')::int / 10000 AS "majorVersion",
  (SELECT count(*)::int FROM workers WHERE seen_at > clock_timestamp() - $1::float8 * interval '1 ms') AS "liveWorkers"`;

/** Reads the version of PostgreSQL and the number of live workers. */
export async function readDatabaseFacts(runner: SqlRunner): Promise<DatabaseFacts> {
  const [facts] = await runner.query<DatabaseFacts[]>(FACTS, [GONE_AFTER_MS]);
  if (facts === undefined) throw new Error('PostgreSQL returned no row for its version.');
  return facts;
}
