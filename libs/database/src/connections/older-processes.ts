import type { SqlRunner } from './sql-runner.js';

/** Name of the sessions in which processes without a schema number listen for changes of the configuration. */
const LISTENER = 'patchbay-listen';

/** Returns the name of the session in which a process of a build listens for changes of the configuration. */
export function listenerName(build: number): string {
  return `${LISTENER}/${build}`;
}

/** Running process of an older build. */
export interface OlderProcess {
  /** Schema number of the process. */
  readonly build: number;
  /** Address of the host of the process. Null for a Unix socket. */
  readonly address: string | null;
  /** Time at which the process connected. */
  readonly connectedAt: Date;
}

/**
 * Every process holds one session in which it listens, from its start to its end. A suspended process holds it too.
 */
const LISTENERS = `
SELECT application_name AS name, host(client_addr) AS address, backend_start AS "connectedAt"
FROM pg_stat_activity
WHERE datname = current_database() AND (application_name = '${LISTENER}' OR application_name LIKE '${LISTENER}/%')
ORDER BY backend_start`;

/** Finds the running processes of builds with a lower number, oldest connection first. */
export async function findOlderProcesses(runner: SqlRunner, build: number): Promise<readonly OlderProcess[]> {
  const rows = await runner.query<{ name: string; address: string | null; connectedAt: Date }[]>(LISTENERS);
  return rows
    .map(({ name, ...row }) => ({ build: Number(name.slice(LISTENER.length + 1)), ...row }))
    .filter((process) => process.build < build);
}
