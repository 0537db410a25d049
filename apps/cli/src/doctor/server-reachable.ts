import { connect } from 'node:net';
import { checkRedisUrl } from '@patchbay/config';
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

/** Addresses in a variable. */
interface Addresses {
  /** Kind of the servers, if there may be several. */
  readonly kind?: string;
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
}

/**
 * Checks that a server listens at each address of a variable. Needed only if no hub answers, because a running hub checks
 * its servers itself. Shows hosts and ports, never the user or the password. If some of several servers answer, the
 * others are warnings. Null if the variable is not set, or has another kind of address.
 */
export async function serverFinding(env: CliContext['env'], variable: string): Promise<Finding | null> {
  const addresses = readAddresses(env[variable]?.trim() ?? '');
  if (addresses === null) return null;
  const { kind, hosts } = addresses;
  const problems = await Promise.all(
    hosts.map(async ({ host, port }) => {
      const code = await connectionProblem(host, port);
      return code === null
        ? null
        : `No server answers at ${address(host, port)} (${code}). Start the server, correct ${variable}, or allow the ` +
            'connection in the firewall.';
    }),
  );
  const away = problems.filter((problem) => problem !== null);
  const list = hosts.map(({ host, port }) => address(host, port)).join(', ');
  return {
    name: `server of ${variable}`,
    facts: kind === undefined ? list : `${kind}, ${hosts.length - away.length} of ${hosts.length} answer: ${list}`,
    ...(away.length === hosts.length ? { problems: away } : { problems: [], warnings: away }),
  };
}

function readAddresses(text: string): Addresses | null {
  const redis = checkRedisUrl(text);
  if ('value' in redis && redis.value.kind === 'sentinel') {
    return { kind: 'Redis Sentinel', hosts: redis.value.sentinels };
  }
  if ('value' in redis && redis.value.kind === 'cluster') return { kind: 'Redis Cluster', hosts: redis.value.nodes };
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const port = Number(url?.port) || PORTS[url?.protocol ?? ''];
  if (url === undefined || url.hostname === '' || port === undefined) return null;
  return { hosts: [{ host: url.hostname.replace(/^\[|\]$/g, ''), port }] };
}

function address(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
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
