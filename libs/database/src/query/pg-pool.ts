import { types } from 'node:util';
import pg from 'pg';
import { encodedValues } from './columns.js';

/** Address and limits of the hot paths' connections. */
export interface PgPoolOptions {
  readonly url: string;
  /** Maximum number of connections; default 10. */
  readonly max?: number;
  /** Called for every connection that broke. */
  readonly onError: (error: Error) => void;
}

/** SQL statement. If it has a name, it is prepared once per connection. */
export interface PgStatement {
  readonly name?: string;
  readonly text: string;
  readonly values: unknown[];
}

/** Runner of hot-path statements: the pool, or one of its transactions. */
export interface PgRunner {
  query<Row extends pg.QueryResultRow>(statement: PgStatement): Promise<Row[]>;
}

const STATEMENT_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Settings that fix the plans of the hot statements: generic plans with index scans and nested loops. Otherwise PostgreSQL
 * may cache a plan while a table is empty, and use it when the table is full, which is far too slow. The statements
 * are written for these settings.
 */
const PLAN_OPTIONS = [
  'plan_cache_mode=force_generic_plan',
  'enable_seqscan=off',
  'enable_bitmapscan=off',
  'enable_hashjoin=off',
  'enable_mergejoin=off',
  'jit=off',
  `statement_timeout=${STATEMENT_TIMEOUT_MS}`,
  `idle_in_transaction_session_timeout=${STATEMENT_TIMEOUT_MS}`,
];

/** Pool of the connections for ingest and delivery. */
export class PgPool implements PgRunner {
  private readonly pool: pg.Pool;

  constructor(options: PgPoolOptions) {
    this.pool = new pg.Pool({
      connectionString: options.url,
      max: options.max ?? 10,
      application_name: 'patchbay-hot',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: STATEMENT_TIMEOUT_MS + CONNECT_TIMEOUT_MS,
      keepAlive: true,
      options: PLAN_OPTIONS.map((option) => `-c ${option}`).join(' '),
    });
    this.pool.on('error', options.onError);
    // The pool handles errors of idle connections only. If a connection in use breaks, its statement fails. This
    // handler keeps the error event from ending the process.
    this.pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /**
   * Runs a statement in its own transaction. The connection is kept after a statement error and closed after any other
   * error.
   */
  async query<Row extends pg.QueryResultRow>(statement: PgStatement): Promise<Row[]> {
    const client = await this.pool.connect();
    let broken = true;
    try {
      const rows = await runOn<Row>(client, statement);
      broken = false;
      return rows;
    } catch (error) {
      // The original stack starts in the driver's socket handler. The new stack shows the caller.
      if (types.isNativeError(error)) Error.captureStackTrace(error);
      broken = !(error instanceof pg.DatabaseError && error.severity === 'ERROR');
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /**
   * Runs several statements in one transaction, and commits if `work` resolves. If anything fails, closes the
   * connection, so that the server rolls back.
   */
  async transaction<T>(work: (transaction: PgRunner) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    const run = <Row extends pg.QueryResultRow>(statement: PgStatement): Promise<Row[]> => runOn(client, statement);
    let broken = true;
    try {
      await run({ text: 'BEGIN', values: [] });
      const result = await work({ query: run });
      await run({ text: 'COMMIT', values: [] });
      broken = false;
      return result;
    } finally {
      client.release(broken);
    }
  }

  /** Numbers of connections and of waiting requests, for metrics. */
  get usage(): { readonly total: number; readonly idle: number; readonly waiting: number } {
    const { totalCount, idleCount, waitingCount } = this.pool;
    return { total: totalCount, idle: idleCount, waiting: waitingCount };
  }

  /** Closes the pool after running statements end. */
  async close(): Promise<void> {
    await this.pool.end();
  }
}

function runOn<Row extends pg.QueryResultRow>(client: pg.PoolClient, statement: PgStatement): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    const done: Done<Row> = (error, result) => (error ? reject(error) : resolve(result.rows));
    client.query(new PgQuery(statement, done));
  });
}

type Done<Row extends pg.QueryResultRow> = (error: Error | undefined, result: pg.QueryResult<Row>) => void;

/**
 * Query object that pg executes directly. pg copies a plain object property by property, into an object with its own
 * hidden class. This copy takes half of the CPU time that Node.js spends per statement.
 */
class PgQuery<Row extends pg.QueryResultRow> extends pg.Query<Row> {
  readonly name: string | undefined;

  constructor({ name, text, values }: PgStatement, done: Done<Row>) {
    super(text, encodedValues(values), done);
    this.name = name;
  }
}
