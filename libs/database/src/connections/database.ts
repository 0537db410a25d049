import type { DataSource } from 'typeorm';
import { DatabaseClock, type ClockNotices } from '../clock/database-clock.js';
import { sampleClock } from '../clock/sample-clock.js';
import { createDataSource } from './data-source.js';
import { PgPool } from '../query/pg-pool.js';

/** Connections of one process to PostgreSQL. */
export interface Database {
  readonly dataSource: DataSource;
  readonly pgPool: PgPool;
  /** Clock that was measured once. Call `clock.start()` to measure the time regularly. */
  readonly clock: DatabaseClock;
  close(): Promise<void>;
}

/** Addresses of the database, sizes of the pools, and callbacks for problems. */
export interface OpenDatabaseOptions {
  /** Address of PostgreSQL itself. */
  readonly url: string;
  /** Address for the hot paths, which may be a connection pooler in front of the database; `url` if absent. */
  readonly hotUrl?: string;
  /** True if `hotUrl` is the address of a connection pooler. */
  readonly isPooled?: boolean;
  /** Maximum numbers of connections: of the hot paths, default 10, and of TypeORM, default 4. */
  readonly pools?: { readonly hot: number; readonly general: number };
  /** Called for every connection that broke. Connections are reopened automatically. */
  readonly onError: (error: Error) => void;
  readonly clockNotices?: ClockNotices;
}

const DEFAULT_POOLS = { hot: 10, general: 4 };
const SILENT: ClockNotices = { offsetChanged: () => undefined, stepped: () => undefined };

/**
 * Opens both connection pools and measures the clock. Throws if the database is unreachable. The schema must exist;
 * `migrate` creates it.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const { url, hotUrl = url, isPooled = false, pools = DEFAULT_POOLS, clockNotices = SILENT } = options;
  const onError = (error: Error): void => {
    clock.measureSoon();
    options.onError(error);
  };
  const dataSource = createDataSource({ url, max: pools.general, onError });
  const clock = new DatabaseClock(() => sampleClock(dataSource), clockNotices);
  await dataSource.initialize();
  await clock.measure();
  const pgPool = new PgPool({ url: hotUrl, isPooled, max: pools.hot, onError });
  return {
    dataSource,
    pgPool,
    clock,
    close: async () => {
      await clock.stop();
      await pgPool.close();
      await dataSource.destroy();
    },
  };
}
