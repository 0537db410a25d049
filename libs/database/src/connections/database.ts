import type { DataSource } from 'typeorm';
import { DatabaseClock, type ClockNotices } from '../clock/database-clock.js';
import { sampleClock } from '../clock/sample-clock.js';
import { createDataSource } from './data-source.js';
import { PgPool } from '../query/pg-pool.js';

/** Connections of one process to PostgreSQL: at most 10 of the pg pool, 4 of TypeORM and 1 listener. */
export interface Database {
  readonly dataSource: DataSource;
  readonly pgPool: PgPool;
  /** Clock that was measured once. Call `clock.start()` to measure the time regularly. */
  readonly clock: DatabaseClock;
  close(): Promise<void>;
}

/** Address of the database and callbacks for problems. */
export interface OpenDatabaseOptions {
  readonly url: string;
  /** Called for every connection that broke. Connections are reopened automatically. */
  readonly onError: (error: Error) => void;
  readonly clockNotices?: ClockNotices;
}

const SILENT: ClockNotices = { offsetChanged: () => undefined, stepped: () => undefined };

/**
 * Opens both connection pools and measures the clock. Throws if the database is unreachable. The schema must exist;
 * `migrate` creates it.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const { url, clockNotices = SILENT } = options;
  const onError = (error: Error): void => {
    clock.measureSoon();
    options.onError(error);
  };
  const dataSource = createDataSource({ url, onError });
  const clock = new DatabaseClock(() => sampleClock(dataSource), clockNotices);
  await dataSource.initialize();
  await clock.measure();
  const pgPool = new PgPool({ url, onError });
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
