import type { RedisServers } from './redis-client.js';

/** Modes of a Redis server. */
export const REDIS_MODES = ['standalone', 'sentinel', 'cluster'] as const;
export type RedisMode = (typeof REDIS_MODES)[number];

/** Redis of the queue, as configured and as found. */
export interface RedisState {
  readonly configured: RedisServers['kind'];
  /** Server that answered. Null if none answered in time. */
  readonly server: RedisServer | null;
  /** Message of the last error of the connection. Null if there was none. */
  readonly lastError: string | null;
}

/** Redis server that answered. */
export interface RedisServer {
  /** Name of the program and its version, such as `Redis 8.0.2`. */
  readonly version: string;
  /** Null if the answer contains no mode that this hub knows. */
  readonly mode: RedisMode | null;
  /** True if the server refuses writes, because it is the replica of another server. */
  readonly isReplica: boolean;
}

/** Reads the answer to the command `INFO`. */
export function readServerInfo(info: string): RedisServer {
  const values = new Map<string, string>();
  for (const line of info.split(/\r?\n/)) {
    const at = line.indexOf(':');
    if (at > 0) values.set(line.slice(0, at), line.slice(at + 1));
  }
  const valkey = values.get('valkey_version');
  return {
    version:
      valkey === undefined ? `Redis ${values.get('redis_version') ?? 'of an unknown version'}` : `Valkey ${valkey}`,
    mode: REDIS_MODES.find((mode) => mode === (values.get('server_mode') ?? values.get('redis_mode'))) ?? null,
    isReplica: values.get('role') === 'slave',
  };
}
