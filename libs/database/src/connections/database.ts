import type { DataSource } from 'typeorm';
import { createDataSource } from './data-source.js';
import { HotPool } from './hot-pool.js';

/** A process's connections to PostgreSQL: at most 10 hot, 4 of TypeORM, 1 that listens. */
export interface Database {
  readonly dataSource: DataSource;
  readonly hot: HotPool;
  close(): Promise<void>;
}

/** Which database, and who is told of its troubles. */
export interface OpenDatabaseOptions {
  readonly url: string;
  /** Told of every connection that broke; all reconnect by themselves. */
  readonly onError: (error: Error) => void;
}

/** Opens both pools. Throws where the database cannot be reached. The schema has to be there: see `migrate`. */
export async function openDatabase({ url, onError }: OpenDatabaseOptions): Promise<Database> {
  const dataSource = createDataSource({ url, onError });
  await dataSource.initialize();
  const hot = new HotPool({ url, onError });
  return {
    dataSource,
    hot,
    close: async () => {
      await hot.close();
      await dataSource.destroy();
    },
  };
}
