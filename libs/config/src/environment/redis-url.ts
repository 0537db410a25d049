import { isIP } from 'node:net';
import type { ClusterRedis, RedisAccess, RedisHost, RedisServers, SentinelRedis } from './redis-servers.js';
import type { Checked } from './variable-checks.js';

const MAX_LENGTH = 4_096;
const MAX_HOSTS = 20;
const REDIS_PORT = 6379;
const SENTINEL_PORT = 26_379;

const FORMS =
  'has to look like redis://host:6379, redis+sentinel://host1:26379,host2:26379/master-name or ' +
  'redis+cluster://host1:6379,host2:6379, or rediss instead of redis for TLS';

/** Scheme, credentials, hosts, path and query. A URL parser of Node.js accepts only one host. */
const SEVERAL_HOSTS = /^(rediss?)\+(sentinel|cluster):\/\/(?:([^@/?#]*)@)?([^@/?#]+)(?:\/([^?#]*))?(?:\?([^#]*))?$/;

/**
 * Checks the value of `REDIS_URL`: one server, servers that Redis Sentinel monitors, or a Redis Cluster. The credentials
 * before the hosts belong to Redis. Sentinel has its own, in the query: `sentinelUser`, `sentinelPassword` and
 * `sentinelTls`, which by default is as for Redis.
 */
export function checkRedisUrl(text: string): Checked<RedisServers> {
  if (text.length > MAX_LENGTH) return { problem: `has to be at most ${MAX_LENGTH} characters long` };
  if (/^rediss?:/.test(text)) {
    return URL.canParse(text) ? { value: { kind: 'standalone', url: text } } : { problem: FORMS };
  }
  const [, scheme, kind, credentials = '', hosts = '', path = '', query = ''] = SEVERAL_HOSTS.exec(text) ?? [];
  if (scheme === undefined) return { problem: FORMS };
  const redis = readAccess(credentials, scheme === 'rediss');
  if (redis === null) {
    return {
      problem: 'has to have user:password@ or :password@ before the hosts, with percent-encoded special characters',
    };
  }
  const addresses = readHosts(hosts, kind === 'sentinel' ? SENTINEL_PORT : REDIS_PORT);
  if (addresses === null) {
    return { problem: `has to name 1 to ${MAX_HOSTS} hosts, separated by commas, each as host or host:port` };
  }
  return kind === 'sentinel' ? sentinelOf(addresses, path, query, redis) : clusterOf(addresses, path, query, redis);
}

function sentinelOf(
  sentinels: readonly RedisHost[],
  path: string,
  query: string,
  redis: RedisAccess,
): Checked<SentinelRedis> {
  const [, master, database = '0'] = /^([\w.-]{1,128})(?:\/(\d{1,4}))?$/.exec(path) ?? [];
  if (master === undefined) {
    return {
      problem:
        'has to name the master after the hosts, as in redis+sentinel://host1:26379/master-name. A number of a ' +
        'database may follow, as in /master-name/2',
    };
  }
  const sentinel = readSentinelAccess(query, redis.tls);
  if (sentinel === null) {
    return {
      problem:
        'may have only sentinelUser=…, sentinelPassword=… and sentinelTls=true or false after the question mark, each once. ' +
        'Percent-encode special characters. A user needs a password',
    };
  }
  return { value: { kind: 'sentinel', sentinels, master, database: Number(database), redis, sentinel } };
}

function clusterOf(
  nodes: readonly RedisHost[],
  path: string,
  query: string,
  redis: RedisAccess,
): Checked<ClusterRedis> {
  return path === '' && query === ''
    ? { value: { kind: 'cluster', nodes, redis } }
    : { problem: 'has to end after the hosts, because a Redis Cluster has one database and no further settings' };
}

/** Returns null if the credentials are not `user:password` or `:password`. */
function readAccess(credentials: string, tls: boolean): RedisAccess | null {
  if (credentials === '') return { tls };
  const [, user, secret] = /^([^:]*):(.+)$/.exec(credentials) ?? [];
  const username = decode(user);
  const password = decode(secret);
  if (username === undefined || password === undefined) return null;
  return { ...(username === '' ? {} : { username }), password, tls };
}

function readSentinelAccess(query: string, defaultTls: boolean): RedisAccess | null {
  const values = new Map<string, string>();
  for (const part of query.split('&').filter((text) => text !== '')) {
    const [, name, text] = /^(sentinel(?:User|Password|Tls))=(.+)$/.exec(part) ?? [];
    const value = decode(text);
    if (name === undefined || value === undefined || values.has(name)) return null;
    values.set(name, value);
  }
  const [username, password] = [values.get('sentinelUser'), values.get('sentinelPassword')];
  const tls = values.get('sentinelTls') ?? String(defaultTls);
  if (!['true', 'false'].includes(tls) || (username !== undefined && password === undefined)) return null;
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    tls: tls === 'true',
  };
}

function readHosts(text: string, defaultPort: number): readonly RedisHost[] | null {
  const hosts = text.split(',').map((host) => readHost(host, defaultPort));
  const valid = hosts.filter((host) => host !== null);
  return valid.length === hosts.length && hosts.length <= MAX_HOSTS ? valid : null;
}

function readHost(text: string, defaultPort: number): RedisHost | null {
  const [, address, name = '', digits] = /^(?:\[([^\]]+)\]|([\w.-]{1,253}))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = address ?? name;
  const port = digits === undefined ? defaultPort : Number(digits);
  if (host === '' || (address !== undefined && isIP(address) !== 6) || port < 1 || port > 65_535) return null;
  return { host, port };
}

/** Undefined if the text is absent or has invalid percent-encoding. */
function decode(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
