import { setTimeout as delay } from 'node:timers/promises';
import { ConfigurationError } from '@patchbay/core';
import type { DataSource, QueryRunner } from 'typeorm';
import { ADVISORY_LOCKS } from './advisory-locks.js';

/** Session that holds the migration lock. */
interface MigrationLockHolder {
  /** Id of the session's process on the host of PostgreSQL. */
  readonly pid: number;
  /** Name and address of the session's client. Null if this user may not see them, or for a Unix socket. */
  readonly application: string | null;
  readonly address: string | null;
}

/** Limits of the wait for the migration lock. Times are in milliseconds. */
export interface MigrationLockOptions {
  /** Longest wait for the lock; default 60 seconds. */
  readonly lockWaitMs?: number;
  /** Time between two calls of `onLockHeld`; default 5 seconds. */
  readonly reportEveryMs?: number;
  /** Called during the wait. The holder is null if it released the lock in this moment. */
  readonly onLockHeld?: (holder: MigrationLockHolder | null) => void;
}

const RETRY_EVERY_MS = 250;

/** Sessions that hold the lock. PostgreSQL stores the two keys of an advisory lock in `classid` and `objid`. */
const HOLDER = `
SELECT l.pid, nullif(a.application_name, '') AS application, host(a.client_addr) AS address
FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
  AND (l.classid::bigint, l.objid::bigint) = (${ADVISORY_LOCKS.migrate})
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/**
 * Runs `work` in one process at a time. The session of one connection holds the lock, because migrations consist of
 * several transactions. Releases the lock explicitly, because a connection pooler would keep the session.
 * @throws ConfigurationError with the holder of the lock if the wait is too long
 */
export async function withMigrationLock<T>(
  dataSource: DataSource,
  options: MigrationLockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const session = dataSource.createQueryRunner();
  try {
    await acquire(session, options);
    try {
      return await work();
    } finally {
      // If this fails, the connection is broken, so the session and its lock have ended.
      await session.query(`SELECT pg_advisory_unlock(${ADVISORY_LOCKS.migrate})`).catch(() => undefined);
    }
  } finally {
    await session.release();
  }
}

async function acquire(
  session: QueryRunner,
  { lockWaitMs = 60_000, reportEveryMs = 5_000, onLockHeld }: MigrationLockOptions,
): Promise<void> {
  const begun = performance.now();
  let reports = 1;
  while (!(await tryAcquire(session))) {
    const waitedMs = performance.now() - begun;
    if (waitedMs >= lockWaitMs) throw waitedTooLong(waitedMs, await findHolder(session));
    if (waitedMs >= reports * reportEveryMs) {
      reports += 1;
      onLockHeld?.(await findHolder(session));
    }
    await delay(RETRY_EVERY_MS);
  }
}

async function tryAcquire(session: QueryRunner): Promise<boolean> {
  const [lock] = await session.manager.query<{ acquired: boolean }[]>(
    `SELECT pg_try_advisory_lock(${ADVISORY_LOCKS.migrate}) AS acquired`,
  );
  return lock?.acquired === true;
}

async function findHolder(session: QueryRunner): Promise<MigrationLockHolder | null> {
  const [holder] = await session.manager.query<MigrationLockHolder[]>(HOLDER);
  return holder ?? null;
}

function waitedTooLong(waitedMs: number, holder: MigrationLockHolder | null): ConfigurationError {
  const session =
    holder === null
      ? 'another session'
      : `the session with the process id ${holder.pid} (${holder.application ?? 'unknown program'}, from ${holder.address ?? 'an unknown address'})`;
  const end = holder === null ? 'end the session' : `run SELECT pg_terminate_backend(${holder.pid})`;
  return new ConfigurationError([
    {
      field: 'migrations',
      message:
        `${session} has held the lock for migrations for ${Math.round(waitedMs / 1_000)} s. If another process of the ` +
        `hub migrates the database, start this process again when the migrations have ended. Otherwise ${end}.`,
    },
  ]);
}
