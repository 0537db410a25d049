import pg from 'pg';
import type { WaitingSample } from '../checks/stalls.js';
import type { StoredDelivery } from './ledger.js';

/** Numbers of waiting, due and leased deliveries. */
export interface Backlog {
  readonly waiting: number;
  readonly due: number;
  /** Number of deliveries with a live or expired lease: in flight, or in flight when their worker died. */
  readonly leased: number;
}

const BACKLOG = `
SELECT
  count(*)::int AS waiting,
  (count(*) FILTER (WHERE lease_token IS NULL AND due_at <= now()))::int AS due,
  (count(*) FILTER (WHERE lease_token IS NOT NULL))::int AS leased
FROM deliveries_waiting
WHERE $1::text IS NULL OR brand_id = (SELECT id FROM brands WHERE name = $1)`;

/**
 * Query for the waiting deliveries by destination, without deliveries that an earlier delivery of the same order key
 * blocks.
 */
const WAITING = `
SELECT
  destination.name AS destination,
  coalesce(bool_or(w.due_at <= now() AND NOT coalesce(state.open_until > now(), false)), false) AS due,
  greatest(0, extract(epoch FROM max(w.due_at) - now()) * 1000)::float8 AS "dueInMs"
FROM deliveries_waiting w
JOIN destinations destination ON destination.id = w.destination_id
JOIN destination_states state ON state.destination_id = w.destination_id
WHERE NOT w.deferred AND NOT state.paused
GROUP BY destination.name`;

/** Statement that ends leases. Rows that a transaction has locked are skipped, because their worker is active. */
const END_LEASES = `
UPDATE deliveries_waiting SET lease_until = clock_timestamp() - interval '1 ms'
WHERE id = ANY (ARRAY(SELECT id FROM deliveries_waiting WHERE lease_token IS NOT NULL FOR UPDATE SKIP LOCKED))
RETURNING id`;

const CHECK_CLAIMS = 'UPDATE claims SET check_at = clock_timestamp()';

const END_REPLAY_LEASES = `UPDATE replays SET lease_until = clock_timestamp() - interval '1 ms' WHERE lease_until IS NOT NULL`;

/** Query for the events that were stored last. */
const NEWEST_EVENTS = `SELECT id, received_at AS "receivedAt" FROM events
WHERE brand_id = (SELECT id FROM brands WHERE name = $1) ORDER BY id DESC LIMIT $2`;

const FAILING = `
SELECT count(*)::int AS count FROM destination_states state JOIN brands b ON b.id = state.brand_id
WHERE state.open_count > 0 AND b.name = $1`;

const END_OPEN_PERIODS = `
WITH locked AS MATERIALIZED (
  SELECT destination_id FROM destination_states WHERE open_until > now() ORDER BY destination_id FOR UPDATE
), next AS (
  UPDATE destination_state_counter SET last_seq = last_seq + 1
  WHERE (SELECT count(*) FROM locked) > 0 RETURNING last_seq AS seq
)
UPDATE destination_states SET open_until = now(), seq = next.seq
FROM next WHERE destination_id = ANY (ARRAY(SELECT destination_id FROM locked))`;

const MAKE_DUE = `UPDATE deliveries_waiting SET due_at = now() WHERE lease_token IS NULL AND due_at > now()
  AND ($1 OR NOT deferred)`;

/** Statement that makes replays due if a worker with a fast clock has scheduled their next step too late. */
const MAKE_REPLAYS_DUE = `UPDATE replays SET next_at = now() WHERE ended_at IS NULL AND next_at > now()`;

const DELIVERIES = `
SELECT
  d.id, d.event_id AS "eventId", destination.name AS destination, d.state, d.reason,
  coalesce((
    SELECT json_agg(json_build_object(
      'at', extract(epoch FROM a.started_at) * 1000, 'outcome', a.outcome, 'message', a.message,
      'direct', a.direct IS TRUE
    ) ORDER BY a.number)
    FROM (
      SELECT number, started_at, outcome, message, direct FROM attempts WHERE delivery_id = d.id
      UNION ALL
      SELECT 1, d.first_attempt_at, 'accepted', NULL, d.first_attempt_direct WHERE d.first_attempt_at IS NOT NULL
    ) a
  ), '[]') AS attempts
FROM deliveries d JOIN destinations destination ON destination.id = d.destination_id
WHERE d.event_id = ANY($1::uuid[])`;

/** Number of events per query, so that a query is shorter than its time limit. */
const EVENTS_PER_QUERY = 2_000;

const OURS = `pid <> pg_backend_pid() AND application_name LIKE 'patchbay%'`;

const SIZES = `SELECT
  (SELECT count(*)::int FROM pg_stat_activity WHERE ${OURS}) AS connections,
  pg_database_size(current_database())::float8 AS bytes`;

const TABLE_SIZES = `SELECT relname AS name, pg_total_relation_size(oid)::float8 AS bytes FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname = ANY ($1::text[]) ORDER BY relname`;

/** Connections of the hub, and sizes in bytes. */
export interface DatabaseSizes {
  readonly connections: number;
  /** Size of the whole database. */
  readonly bytes: number;
  /** Sizes of tables with their indexes. A table that does not exist is left out. */
  readonly tables: readonly { readonly name: string; readonly bytes: number }[];
}

/** Progress of a replay. */
export interface ReplayProgress {
  readonly id: string;
  readonly state: string;
  readonly created: number;
}

/** Access of the checks and the faults to the hub's database. All methods reject while the database is unavailable. */
export class DatabaseView {
  private readonly pool: pg.Pool;

  constructor(url: string) {
    this.pool = new pg.Pool({
      connectionString: url,
      max: 3,
      application_name: 'chaos',
      connectionTimeoutMillis: 2_000,
      query_timeout: 20_000,
    });
    this.pool.on('error', () => undefined);
    this.pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /** Counts the waiting, due and leased deliveries of one brand, or of all brands if null. */
  async backlog(brand: string | null = null): Promise<Backlog> {
    const [row] = (await this.pool.query<Backlog>(BACKLOG, [brand])).rows;
    if (row === undefined)
      throw new Error(
        'The query for the backlog returned no row, although it always returns exactly one. Check its SQL.',
      );
    return row;
  }

  /** Returns the state of the waiting deliveries, by destination. */
  async waiting(): Promise<WaitingSample['destinations']> {
    return (await this.pool.query<WaitingSample['destinations'][number]>(WAITING)).rows;
  }

  /**
   * Ends every lease, as if the clock of PostgreSQL had passed the end of the lease.
   * @param onEnd receives the ids of the deliveries before the commit, because the answer to the commit may be lost
   */
  async endLeases(onEnd: (deliveryIds: readonly string[]) => void): Promise<void> {
    await this.pool.query(END_REPLAY_LEASES);
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      const { rows } = await client.query<{ id: string }>(END_LEASES);
      onEnd(rows.map(({ id }) => id));
      await client.query('COMMIT');
    } catch (error) {
      client.release(true);
      throw error;
    }
    client.release();
  }

  /** Makes the workers look for ended leases at once. */
  async checkLeasesNow(): Promise<void> {
    await this.pool.query(CHECK_CLAIMS);
  }

  /** Returns the events that were stored last, newest first. */
  async newestEvents(
    brand: string,
    count: number,
  ): Promise<readonly { readonly id: string; readonly receivedAt: Date }[]> {
    return (await this.pool.query<{ id: string; receivedAt: Date }>(NEWEST_EVENTS, [brand, count])).rows;
  }

  /** Returns all replays, including ended ones. */
  async replays(): Promise<readonly ReplayProgress[]> {
    return (await this.pool.query<ReplayProgress>('SELECT id, state, created FROM replays')).rows;
  }

  /**
   * Ends all waits: deliveries and replays become due, and the open periods of circuit breakers end.
   * @param blocked true to include deliveries that an earlier delivery of their order key blocks, in case the hub
   *   missed a wake-up
   */
  async passTime({ blocked = false }: { readonly blocked?: boolean } = {}): Promise<void> {
    await this.pool.query(END_OPEN_PERIODS);
    await this.pool.query(MAKE_DUE, [blocked]);
    await this.pool.query(MAKE_REPLAYS_DUE);
  }

  /** Counts the destinations of a brand whose circuit breaker is open or half-open. */
  async failing(brand: string): Promise<number> {
    return (await this.pool.query<{ count: number }>(FAILING, [brand])).rows[0]?.count ?? 0;
  }

  async deliveriesOf(eventIds: readonly string[]): Promise<readonly StoredDelivery[]> {
    const replays = await this.replays();
    const deliveries: StoredDelivery[] = [];
    for (let from = 0; from < eventIds.length; from += EVENTS_PER_QUERY) {
      const some = eventIds.slice(from, from + EVENTS_PER_QUERY);
      const { rows } = await this.pool.query<Omit<StoredDelivery, 'replay'>>(DELIVERIES, [some]);
      for (const row of rows) {
        deliveries.push({ ...row, replay: replays.find(({ id }) => isOfReplay(row, id))?.id ?? null });
      }
    }
    return deliveries;
  }

  /** Returns the number of the hub's connections, and the sizes of the database and of some tables. */
  async sizes(tables: readonly string[]): Promise<DatabaseSizes> {
    const [row] = (await this.pool.query<Omit<DatabaseSizes, 'tables'>>(SIZES)).rows;
    const sizes = (await this.pool.query<DatabaseSizes['tables'][number]>(TABLE_SIZES, [tables])).rows;
    return { connections: row?.connections ?? 0, bytes: row?.bytes ?? 0, tables: sizes };
  }

  async storedAmong(eventIds: readonly string[]): Promise<ReadonlySet<string>> {
    const { rows } = await this.pool.query<{ id: string }>('SELECT id FROM events WHERE id = ANY($1::uuid[])', [
      eventIds,
    ]);
    return new Set(rows.map(({ id }) => id));
  }

  /** Terminates every database connection of the hub. */
  async cutConnections(): Promise<void> {
    await this.pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${OURS}`);
  }

  /** Returns the process ids in `pg_stat_activity`, which lists the server processes except the postmaster. */
  async serverProcesses(): Promise<readonly number[]> {
    const { rows } = await this.pool.query<{ pid: number }>('SELECT pid FROM pg_stat_activity');
    return rows.map(({ pid }) => pid);
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

/**
 * Returns true if a replay created the delivery. The id of the delivery then contains the same millisecond as the
 * replay's id, and the id of the delivery's event contains an earlier millisecond.
 */
function isOfReplay({ id, eventId }: Pick<StoredDelivery, 'id' | 'eventId'>, replayId: string): boolean {
  return millisecondOf(id) === millisecondOf(replayId) && millisecondOf(eventId) !== millisecondOf(replayId);
}

/** Returns the first 48 bits of a UUIDv7, which are its millisecond, as text with the same sort order. */
export function millisecondOf(id: string): string {
  return id.slice(0, 13);
}
