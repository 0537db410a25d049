import { connect } from 'node:net';
import type { CliContext } from '../cli-context.js';
import type { Finding } from './finding.js';

const TIMEOUT_MS = 3_000;
/** Default ports by protocol. */
const PORTS: Readonly<Record<string, number>> = {
  'postgres:': 5432,
  'postgresql:': 5432,
  'redis:': 6379,
  'rediss:': 6379,
};

/**
 * Checks that a server listens at the address of a variable. Needed only if no hub answers, because a running hub checks
 * its servers itself. Shows the host and the port, never the user or the password. Null if the variable is not set, or
 * has another kind of address.
 */
export async function serverFinding(env: CliContext['env'], variable: string): Promise<Finding | null> {
  const text = env[variable]?.trim() ?? '';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const port = Number(url?.port) || PORTS[url?.protocol ?? ''];
  if (url === undefined || url.hostname === '' || port === undefined) return null;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const code = await connectionProblem(host, port);
  return {
    name: `server of ${variable}`,
    facts: `${url.hostname}:${port}`,
    problems:
      code === null
        ? []
        : [
            `No server answers at ${url.hostname}:${port} (${code}). Start the server, correct ${variable}, or allow the ` +
              'connection in the firewall.',
          ],
  };
}

/** Connects and closes the connection. Returns the code of the error, or null if the server accepted the connection. */
function connectionProblem(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: TIMEOUT_MS });
    const end = (result: string | null): void => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(null));
    socket.once('timeout', () => end('ETIMEDOUT'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'failed'));
  });
}
