import { Cluster, Redis, type RedisOptions } from 'ioredis';

/** Host and port of a server. */
interface Host {
  readonly host: string;
  readonly port: number;
}

/** Credentials and encryption of connections to Redis or to Sentinel. */
interface Access {
  /** Absent for the default user. */
  readonly username?: string;
  /** Absent if the server needs no password. */
  readonly password?: string;
  /** True if the connections use TLS. */
  readonly tls: boolean;
}

/**
 * Redis servers of the queue: one server, servers that Redis Sentinel monitors, or a Redis Cluster. The library of the
 * configuration declares the same type for its parsed values, because adapters may not import each other.
 */
export type RedisServers =
  | { readonly kind: 'standalone'; readonly url: string }
  | {
      readonly kind: 'sentinel';
      readonly sentinels: readonly Host[];
      /** Name of the master, as configured in Sentinel. */
      readonly master: string;
      /** Number of the database. */
      readonly database: number;
      /** Access to the master. */
      readonly redis: Access;
      /** Access to Sentinel. */
      readonly sentinel: Access;
    }
  | { readonly kind: 'cluster'; readonly nodes: readonly Host[]; readonly redis: Access };

/** Longest pause between two attempts to reconnect to Redis, in milliseconds. */
const MAX_RECONNECT_PAUSE_MS = 2_000;
/** Time within which a Sentinel must answer, in milliseconds. */
const SENTINEL_TIMEOUT_MS = 2_000;
/** Time within which a connection to Redis or to Sentinel must be open, in milliseconds. */
const CONNECT_TIMEOUT_MS = 3_000;

/** BullMQ's default pauses grow to 20 s, so the queue would stay unused for up to 20 s after Redis is back. */
const reconnectPause = (attempt: number): number => Math.min(100 * 2 ** attempt, MAX_RECONNECT_PAUSE_MS);

const COMMON: RedisOptions = {
  // With null, a command waits until Redis is available again, instead of failing.
  maxRetriesPerRequest: null,
  connectTimeout: CONNECT_TIMEOUT_MS,
};

/** Options of a client whose commands all go to one master. */
const ONE_MASTER: RedisOptions = {
  ...COMMON,
  retryStrategy: reconnectPause,
  // A master that became a replica keeps its connections. A new connection leads to the new master.
  reconnectOnError: ({ message }) => message.includes('READONLY'),
};

/** Creates a client, which connects and reconnects by itself. */
export function createRedisClient(servers: RedisServers): Redis | Cluster {
  if (servers.kind === 'standalone') return new Redis(servers.url, ONE_MASTER);
  if (servers.kind === 'sentinel') {
    const { sentinels, master, database, redis, sentinel } = servers;
    return new Redis({
      ...ONE_MASTER,
      sentinels: [...sentinels],
      name: master,
      db: database,
      ...credentials(redis),
      ...(redis.tls ? { enableTLSForSentinelMode: true, tls: {} } : {}),
      ...(sentinel.username === undefined ? {} : { sentinelUsername: sentinel.username }),
      ...(sentinel.password === undefined ? {} : { sentinelPassword: sentinel.password }),
      ...(sentinel.tls ? { sentinelTLS: {} } : {}),
      sentinelRetryStrategy: reconnectPause,
      sentinelCommandTimeout: SENTINEL_TIMEOUT_MS,
    });
  }
  const { nodes, redis } = servers;
  return new Cluster([...nodes], {
    redisOptions: { ...COMMON, ...credentials(redis), ...(redis.tls ? { tls: {} } : {}) },
    clusterRetryStrategy: reconnectPause,
    // Keeps host names, because certificates contain the names and not the addresses.
    dnsLookup: (host, found) => found(null, host),
  });
}

function credentials({ username, password }: Access): Pick<RedisOptions, 'username' | 'password'> {
  return { ...(username === undefined ? {} : { username }), ...(password === undefined ? {} : { password }) };
}
