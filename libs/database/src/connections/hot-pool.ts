import pg from 'pg';
import { encodedValues } from './array-literal.js';

/** Where the hot paths connect to, and within which bounds. */
export interface HotPoolOptions {
  readonly url: string;
  /** At most this many connections; default 10. */
  readonly max?: number;
  /** Told of every connection that broke. */
  readonly onError: (error: Error) => void;
}

/** One statement, prepared once a connection where it has a name. */
export interface HotStatement {
  readonly name?: string;
  readonly text: string;
  readonly values: unknown[];
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
export class HotPool {
  private readonly pool: pg.Pool;

  constructor(options: HotPoolOptions) {
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
  async query<Row extends pg.QueryResultRow>(statement: HotStatement): Promise<Row[]> {
    const client = await this.pool.connect();
    let broken = true;
    try {
      const result = await client.query<Row>({ ...statement, values: encodedValues(statement.values) });
      broken = false;
      return result.rows;
    } catch (error) {
      broken = !(error instanceof pg.DatabaseError && error.severity === 'ERROR');
      throw error;
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
