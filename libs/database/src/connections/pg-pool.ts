import { types } from 'node:util';
import pg from 'pg';
import { encodedValues } from './array-literal.js';

/** Where the hot paths connect to, and within which bounds. */
export interface PgPoolOptions {
  readonly url: string;
  /** At most this many connections; default 10. */
  readonly max?: number;
  /** Told of every connection that broke. */
  readonly onError: (error: Error) => void;
}

/** One statement, prepared once a connection where it has a name. */
export interface PgStatement {
  readonly name?: string;
  readonly text: string;
  readonly values: unknown[];
}

/** Runs statements of the hot paths: the pool, or one transaction of it. */
export interface PgRunner {
  query<Row extends pg.QueryResultRow>(statement: PgStatement): Promise<Row[]>;
}

const STATEMENT_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Plans of the hot statements are pinned: generic, by index, by nested loop. Left to itself PostgreSQL caches a plan
 * made on empty tables and goes on with it when they are full, where it crawls. The statements are written for this.
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

/** The connections of ingest and delivery. */
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
    // The pool listens only while a connection is idle. One that breaks in use fails its statement, and says so here.
    this.pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /** Runs a statement in a transaction of its own. A connection outlives an error of the statement, nothing else. */
  async query<Row extends pg.QueryResultRow>(statement: PgStatement): Promise<Row[]> {
    const client = await this.pool.connect();
    let broken = true;
    try {
      const rows = await runOn<Row>(client, statement);
      broken = false;
      return rows;
    } catch (error) {
      // Its stack begins where the server's answer was read. Where the statement came from is what helps.
      if (types.isNativeError(error)) Error.captureStackTrace(error);
      broken = !(error instanceof pg.DatabaseError && error.severity === 'ERROR');
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /**
   * Runs several statements in one transaction, and commits if `work` resolves. If anything fails, the connection is
   * closed, so that the server rolls back.
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

  /** How the connections stand: for whoever watches. */
  get usage(): { readonly total: number; readonly idle: number; readonly waiting: number } {
    const { totalCount, idleCount, waitingCount } = this.pool;
    return { total: totalCount, idle: idleCount, waiting: waitingCount };
  }

  /** Waits for running statements. */
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
 * A statement in the form in which pg works it off. Of an object that describes one, pg makes a copy property by property,
 * with a hidden class that no other object has: that is half of what a statement costs node.
 */
class PgQuery<Row extends pg.QueryResultRow> extends pg.Query<Row> {
  readonly name: string | undefined;

  constructor({ name, text, values }: PgStatement, done: Done<Row>) {
    super(text, encodedValues(values), done);
    this.name = name;
  }
}
