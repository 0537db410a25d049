import type { DataSource } from 'typeorm';
import { DatabaseClock, type ClockNotices } from '../clock/database-clock.js';
import { sampleClock } from '../clock/sample-clock.js';
import { createDataSource } from './data-source.js';
import { PgPool } from './pg-pool.js';

/** A process's connections to PostgreSQL: at most 10 of the pg pool, 4 of TypeORM, 1 that listens. */
export interface Database {
  readonly dataSource: DataSource;
  readonly pgPool: PgPool;
  /** Measured once; measured again and again after `clock.start()`. */
  readonly clock: DatabaseClock;
  close(): Promise<void>;
}

/** Which database, and who is told of its troubles. */
export interface OpenDatabaseOptions {
  readonly url: string;
  /** Told of every connection that broke; all reconnect by themselves. */
  readonly onError: (error: Error) => void;
  readonly clockNotices?: ClockNotices;
}

const SILENT: ClockNotices = { offsetChanged: () => undefined, stepped: () => undefined };

/** Opens both pools and measures the clock. Throws where the database cannot be reached. The schema has to be there: see `migrate`. */
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
