/** Host and port of a server. */
export interface RedisHost {
  /** Host name or address, without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
}

/** Credentials and encryption of connections to Redis or to Sentinel. */
export interface RedisAccess {
  /** Absent for the default user. */
  readonly username?: string;
  /** Absent if the server needs no password. */
  readonly password?: string;
  /** True if the connections use TLS. */
  readonly tls: boolean;
}

/** One Redis server. */
export interface StandaloneRedis {
  readonly kind: 'standalone';
  /** URL `redis://…` or `rediss://…`. */
  readonly url: string;
}

/** A master with replicas, which Redis Sentinel monitors. */
export interface SentinelRedis {
  readonly kind: 'sentinel';
  readonly sentinels: readonly RedisHost[];
  /** Name of the master, as configured in Sentinel. */
  readonly master: string;
  /** Number of the database. */
  readonly database: number;
  /** Access to the master. */
  readonly redis: RedisAccess;
  /** Access to Sentinel. */
  readonly sentinel: RedisAccess;
}

/** A Redis Cluster. */
export interface ClusterRedis {
  readonly kind: 'cluster';
  /** Nodes from which the hub learns about all other nodes. */
  readonly nodes: readonly RedisHost[];
  readonly redis: RedisAccess;
}

/** Redis servers of the queue. */
export type RedisServers = StandaloneRedis | SentinelRedis | ClusterRedis;
