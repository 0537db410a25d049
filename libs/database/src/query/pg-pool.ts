import { setTimeout as delay } from 'node:timers/promises';
import { types } from 'node:util';
import type { RetentionDays } from '@patchbay/core';
import pg from 'pg';
import { watchForFailover } from '../connections/failover-watch.js';
import { hotStartupOptions, HOT_STATEMENT_TIMEOUT_MS } from '../connections/hot-settings.js';
import { partitionDayOf, partitionTable } from '../partitions/daily-partitions.js';
import { ensurePartitions } from '../partitions/ensure-partitions.js';
import { LoopStalls } from './loop-stalls.js';
import { isConflict, isMissingPartition } from './sql-error.js';

/** Address and limits of the connections for the hot paths. */
export interface PgPoolOptions {
  readonly url: string;
  /** True if `url` is the address of a connection pooler, so that the settings come from the role of the connection. */
  readonly isPooled?: boolean;
  /** Maximum number of connections in the pool; default 10. */
  readonly max?: number;
  /** Called for every connection that broke. */
  readonly onError: (error: Error) => void;
}

/** SQL statement. A statement with a name is prepared once per connection. */
export interface PgStatement {
  readonly name?: string | undefined;
  readonly text: string;
  readonly values: unknown[];
}

/** Row of a table with daily partitions. Its id and its retention class determine the partition. */
export interface PartitionedRow {
  readonly id: string;
  readonly retentionDays: RetentionDays;
}

/** Runner of the hot paths' statements: the pool, or one of its transactions. */
export interface PgRunner {
  /** Runs a statement. @param partitioned rows that the statement may insert into tables with daily partitions */
  query<Row extends pg.QueryResultRow>(statement: PgStatement, partitioned?: readonly PartitionedRow[]): Promise<Row[]>;
}

/** Listener for prepared statements. Gets the name of the statement, and its duration in milliseconds. */
type StatementListener = (name: string, durationMs: number) => void;

const CONNECT_TIMEOUT_MS = 5_000;
/** Time after which an unused connection is closed, so that PostgreSQL has room for the peaks of other processes. */
const IDLE_TIMEOUT_MS = 10_000;
/** Maximum number of attempts to connect if the event loop was blocked during the earlier attempts. */
const MAX_CONNECT_ATTEMPTS = 3;
/** Maximum number of attempts to run a statement if other transactions conflict. */
const MAX_ATTEMPTS = 6;
/** Maximum number of attempts to run a statement if a partition is missing. */
const MAX_PARTITION_ATTEMPTS = 3;
/** Pool of the connections for ingest and delivery. */
export class PgPool implements PgRunner {
  private readonly pool: pg.Pool;
  private listener: StatementListener = () => undefined;
  private readonly stalls = new LoopStalls();

  constructor(options: PgPoolOptions) {
    this.pool = new pg.Pool({
      connectionString: options.url,
      max: options.max ?? 10,
      application_name: 'patchbay-hot',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: HOT_STATEMENT_TIMEOUT_MS + CONNECT_TIMEOUT_MS,
      idleTimeoutMillis: IDLE_TIMEOUT_MS,
      keepAlive: true,
      ...(options.isPooled === true ? {} : { options: hotStartupOptions() }),
    });
    this.pool.on('error', options.onError);
    // The pool handles only the errors of idle connections. If a connection in use breaks, its statement fails, and the
    // handler below keeps the error event from ending the process.
    this.pool.on('connect', (client) => {
      client.on('error', () => undefined);
      watchForFailover(client);
    });
  }

  /**
   * Runs a statement in its own transaction. Runs the statement again after a conflict or if a partition is missing;
   * see {@link retry}. The connection is kept after a statement error and closed after any other error.
   */
  async query<Row extends pg.QueryResultRow>(
    statement: PgStatement,
    partitioned: readonly PartitionedRow[] = [],
  ): Promise<Row[]> {
    const failures = { conflicts: 0, partitions: 0 };
    for (;;) {
      const client = await this.connect();
      try {
        const rows = await this.runTimed<Row>(client, statement);
        client.release();
        return rows;
      } catch (error) {
        // The original stack starts in the driver's socket handler. Replace it by a stack that shows the caller.
        if (types.isNativeError(error)) Error.captureStackTrace(error);
        client.release(!(error instanceof pg.DatabaseError && error.severity === 'ERROR'));
        await this.prepareRetry(error, failures, partitioned);
      }
    }
  }

  /**
   * Runs several statements in one transaction, and commits if `work` resolves. If any step fails, closes the
   * connection, so that the server rolls back.
   */
  async transaction<T>(
    work: (transaction: PgRunner) => Promise<T>,
    isolation: 'READ COMMITTED' | 'REPEATABLE READ' = 'READ COMMITTED',
  ): Promise<T> {
    const client = await this.connect();
    const run = <Row extends pg.QueryResultRow>(statement: PgStatement): Promise<Row[]> =>
      this.runTimed(client, statement);
    let broken = true;
    try {
      await run({ text: `BEGIN ISOLATION LEVEL ${isolation}`, values: [] });
      const result = await work({ query: run });
      await run({ text: 'COMMIT', values: [] });
      broken = false;
      return result;
    } finally {
      client.release(broken);
    }
  }

  /**
   * Runs a function, and repeats the function after a deadlock or a serialisation failure, at most six times in total.
   * If a partition is missing, creates the partitions of the rows and runs the function again, at most three times in
   * total. Therefore a wrong clock or a missed maintenance round loses no data.
   *
   * @param partitioned returns the rows that the function has tried to insert
   */
  async retry<T>(run: () => Promise<T>, partitioned?: () => readonly PartitionedRow[]): Promise<T> {
    const failures = { conflicts: 0, partitions: 0 };
    for (;;) {
      try {
        return await run();
      } catch (error) {
        await this.prepareRetry(error, failures, partitioned?.() ?? []);
      }
    }
  }

  /**
   * Takes a connection. Tries again if the event loop was blocked for half of the time limit. The timer of the attempt
   * may then have fired before the server's answer was read, so the server may well be available.
   */
  private async connect(): Promise<pg.PoolClient> {
    for (let attempt = 1; ; attempt += 1) {
      const { totalMs } = this.stalls;
      try {
        return await this.pool.connect();
      } catch (error) {
        if (attempt === MAX_CONNECT_ATTEMPTS || this.stalls.totalMs - totalMs < CONNECT_TIMEOUT_MS / 2) throw error;
      }
    }
  }

  /** Counts a failure, and waits or creates the missing partitions. Throws the error if no further attempt is allowed. */
  private async prepareRetry(
    error: unknown,
    failures: { conflicts: number; partitions: number },
    partitioned: readonly PartitionedRow[],
  ): Promise<void> {
    if (!isMissingPartition(error)) return waitAfterConflict(error, (failures.conflicts += 1));
    failures.partitions += 1;
    if (failures.partitions >= MAX_PARTITION_ATTEMPTS || partitioned.length === 0) throw error;
    const days = new Map(
      partitioned.map(({ id, retentionDays }) => {
        const day = partitionDayOf(id, retentionDays);
        return [partitionTable('events', day), day];
      }),
    );
    await retryConflicts(() =>
      this.transaction((transaction) =>
        ensurePartitions({ query: (text, values = []) => transaction.query({ text, values }) }, [...days.values()]),
      ),
    );
  }

  /** Calls a listener after each prepared statement that succeeded. Replaces the listener of an earlier call. */
  onStatement(listener: StatementListener): void {
    this.listener = listener;
  }

  private async runTimed<Row extends pg.QueryResultRow>(client: pg.PoolClient, statement: PgStatement): Promise<Row[]> {
    const { name } = statement;
    if (name === undefined) return runOn<Row>(client, statement);
    const begunAt = performance.now();
    const rows = await runOn<Row>(client, statement);
    this.listener(name, performance.now() - begunAt);
    return rows;
  }

  /** Numbers of connections and of waiting requests, for metrics. */
  get usage(): { readonly total: number; readonly idle: number; readonly waiting: number } {
    const { totalCount, idleCount, waitingCount } = this.pool;
    return { total: totalCount, idle: idleCount, waiting: waitingCount };
  }

  /** Closes the pool after running statements end. */
  async close(): Promise<void> {
    this.stalls.stop();
    await this.pool.end();
  }
}

function runOn<Row extends pg.QueryResultRow>(
  client: pg.PoolClient,
  { name, text, values }: PgStatement,
): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    const query = new PgQuery<Row>(text, values, (error, result) => (error ? reject(error) : resolve(result.rows)));
    query.name = name;
    client.query(query);
  });
}

/**
 * Query object that pg executes directly. pg copies a plain object property by property into an object with its own
 * hidden class. Such a copy takes half of the CPU time that Node.js spends per statement.
 */
class PgQuery<Row extends pg.QueryResultRow> extends pg.Query<Row> {
  declare name: string | undefined;
}

/** Waits before the next attempt after a conflict. Rethrows any other error, and the error of the last attempt. */
async function waitAfterConflict(error: unknown, attempt: number): Promise<void> {
  if (attempt >= MAX_ATTEMPTS || !isConflict(error)) throw error;
  await delay(Math.random() * 5 * attempt);
}

/**
 * Runs a function, such as a transaction of TypeORM. Repeats the function after a deadlock or a serialisation failure,
 * at most six runs in total.
 */
export async function retryConflicts<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      await waitAfterConflict(error, attempt);
    }
  }
}
