import { randomUUID } from 'node:crypto';
import { killProcess } from './kill-process.js';
import { findRedisProgram } from './redis-program.js';
import { startRedis } from './redis-server.js';
import { skip, type Skipped } from './skipped.js';
import { REDIS_MISSING } from './test-redis.js';

/** A master, a replica and one Sentinel, which decides alone. They stop at the end of the run. */
export interface RedisSentinel {
  /** Name of the master in Sentinel. */
  readonly master: string;
  /** Password of the master and of the replica. */
  readonly password: string;
  /** Port of Sentinel on 127.0.0.1. */
  readonly port: number;
  /** Password of Sentinel. */
  readonly sentinelPassword: string;
  /** Kills the first master. Sentinel promotes the replica within about two seconds. */
  killMaster(): Promise<void>;
  /** Stops the first master as SIGSTOP does: it keeps its connections and does not answer. Sentinel promotes the replica. */
  hangMaster(): void;
  stop(): Promise<void>;
}

/** Starts the servers for one test. If no Redis is installed, prints a warning and returns `Skipped`. */
export async function ownRedisSentinel(): Promise<RedisSentinel | Skipped> {
  const program = await findRedisProgram();
  if (program === undefined) return skip(REDIS_MISSING);
  const name = `sentinel-${randomUUID().slice(0, 8)}`;
  const [password, sentinelPassword, group] = [
    'invented-redis-password',
    'invented-sentinel-password',
    'patchbay-test',
  ];
  const access = { requirepass: password, masterauth: password, 'repl-diskless-sync-delay': 0 };
  const master = await startRedis(program, `${name}-master`, { settings: access });
  const replica = await startRedis(program, `${name}-replica`, {
    settings: { ...access, replicaof: `127.0.0.1 ${master.port}` },
  });
  const sentinel = await startRedis(program, `${name}-sentinel`, {
    sentinel: [
      `sentinel monitor ${group} 127.0.0.1 ${master.port} 1`,
      `sentinel auth-pass ${group} ${password}`,
      `sentinel down-after-milliseconds ${group} 500`,
      `sentinel failover-timeout ${group} 5000`,
      `requirepass ${sentinelPassword}`,
      '',
    ].join('\n'),
  });
  return {
    master: group,
    password,
    port: sentinel.port,
    sentinelPassword,
    killMaster: () => killProcess(master.pid),
    hangMaster: () => void process.kill(master.pid, 'SIGSTOP'),
    stop: async () => {
      for (const { pid } of [sentinel, replica, master]) await killProcess(pid);
    },
  };
}
