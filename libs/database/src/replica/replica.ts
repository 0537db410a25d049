import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../connections/data-source.js';
import type { PgRunner } from '../query/pg-pool.js';
import { parsePosition, ReplayLag } from './replay-lag.js';
import { statusOf, statusOfLag, unavailable, type ReplicaStatus } from './replica-status.js';

/** Address and limits of the read replica. */
export interface ReplicaOptions {
  /** Address of a hot standby, without a connection pooler. */
  readonly url: string;
  /** Runner of statements on the primary. */
  readonly primary: PgRunner;
  /** Maximum number of connections for reads. One more connection measures the lag. */
  readonly max: number;
  /** Maximum age of the data that is read from the replica, in milliseconds. */
  readonly maxLagMs: number;
  /** Called after a measurement if the state or its reason changed, and after the first measurement. */
  readonly onChange: (status: ReplicaStatus, error?: unknown) => void;
}

interface PositionRow {
  readonly position: string | null;
  readonly identity: string;
}
interface ServerRow {
  /** Time at which the server started, which differs between two servers. */
  readonly server: string;
}
interface StandbyRow extends PositionRow, ServerRow {
  readonly is_standby: boolean;
}

const EVERY_MS = 1_000;
/** Longest time of a measurement's statement, in milliseconds. */
const TIMEOUT_MS = 2_000;
/** Age from which a measurement is too old to read from the replica, in milliseconds. */
const OUTDATED_MS = 5_000;
/** Longest time that a measurement waits for a connection of the lists, in milliseconds. */
const BUSY_MS = 500;

/**
 * Limits of a read. The limits of the primary are higher, because the primary repeats a read that exceeds the limits of
 * the replica. A statement waits for a lock while the replay changes the definition of its table.
 */
const READ_LIMITS = { statementTimeoutMs: 10_000, lockTimeoutMs: 2_000 };

const IDENTITY = `(SELECT (pg_control_system()).system_identifier || '/' || oid FROM pg_database
  WHERE datname = current_database()) AS identity`;
/** Everything that was committed, and therefore confirmed to a client, is before this position. */
const PRIMARY = `SELECT pg_current_wal_flush_lsn()::text AS position, ${IDENTITY}`;
const SERVER = 'extract(epoch FROM pg_postmaster_start_time())::text AS server';
const STANDBY = `SELECT pg_is_in_recovery() AS is_standby, pg_last_wal_replay_lsn()::text AS position, ${IDENTITY}, ${SERVER}`;

/** Read replica of the database, whose lag is measured each second. */
export class Replica {
  private readonly lag = new ReplayLag();
  private readonly measuring: pg.Pool;
  private readonly source: DataSource;
  private current: ReplicaStatus | null = null;
  private replayed = 0n;
  /** Position at which the standby stays since it was ahead of the primary; null if it was not. */
  private aheadAt: bigint | null = null;
  private measuredAt = -Infinity;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(private readonly options: ReplicaOptions) {
    const { url, max } = options;
    // A broken connection shows in the next measurement.
    const onError = (): void => undefined;
    this.source = createDataSource({ url, max, migrations: [], ...READ_LIMITS, onError });
    this.measuring = new pg.Pool({
      connectionString: url,
      max: 1,
      application_name: 'patchbay',
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
      keepAlive: true,
    });
    this.measuring.on('error', onError);
    this.measuring.on('connect', (client) => client.on('error', onError));
  }

  /**
   * Status of the replica. `unavailable` before the first measurement, and if none ended in the last 5 seconds. The lag of
   * a replica that was in use at the last measurement includes the time since then.
   */
  get status(): ReplicaStatus {
    const age = performance.now() - this.measuredAt;
    if (this.current === null || age > OUTDATED_MS) return unavailable();
    const { state, lagMs } = this.current;
    return state === 'in_use' ? statusOfLag(lagMs + age, this.options.maxLagMs) : this.current;
  }

  /**
   * Returns the connections to the replica. Null if the replica must not be used.
   * @param after position of the primary that the data must contain; null for any
   */
  connections(after: bigint | null): DataSource | null {
    const isUsable = this.status.state === 'in_use' && this.source.isInitialized;
    return isUsable && (after === null || after <= this.replayed) ? this.source : null;
  }

  /** Reads the position of the primary, such as `0/3000148`, which is after everything that was committed. */
  async readPosition(): Promise<string | null> {
    return (await this.readPrimary())?.position ?? null;
  }

  /** Measures the lag once. Never rejects. */
  async measure(): Promise<void> {
    try {
      const before = performance.now();
      const primary = await this.readPrimary();
      const { rows } = await this.measuring.query<StandbyRow>(STANDBY);
      if (!this.source.isInitialized && !this.isStopped) await this.source.initialize();
      this.compare(primary, rows[0], await this.readListServer(), before);
    } catch (error) {
      this.change(unavailable(error), performance.now(), error);
    }
  }

  /** Starts to measure the lag each second, at once for the first time. */
  start(): void {
    this.running = this.measure().then(() => {
      if (!this.isStopped) this.timer = setTimeout(() => this.start(), EVERY_MS);
    });
  }

  /** Stops the measurements and closes the connections. */
  async close(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.running;
    await this.measuring.end();
    if (this.source.isInitialized) await this.source.destroy();
  }

  private async readPrimary(): Promise<PositionRow | undefined> {
    const statement = { name: 'read-position', text: PRIMARY, values: [] };
    const [row] = await this.options.primary.query<PositionRow & pg.QueryResultRow>(statement);
    return row;
  }

  /** Reads to which server a connection of the lists leads. Null if lists use all connections. */
  private async readListServer(): Promise<string | null> {
    const waited = new AbortController();
    try {
      const reading = this.source.query<ServerRow[]>(`SELECT ${SERVER}`);
      const rows = await Promise.race([reading, delay(BUSY_MS, null, { signal: waited.signal })]);
      return rows?.[0]?.server ?? null;
    } finally {
      waited.abort();
    }
  }

  private compare(
    primary: PositionRow | undefined,
    standby: StandbyRow | undefined,
    listServer: string | null,
    before: number,
  ): void {
    const position = parsePosition(primary?.position ?? '');
    const replayed = parsePosition(standby?.position ?? '');
    // The primary's position is newer than the earlier one of the standby, unless the primary was replaced. The standby
    // then has another history, and stays at its position until it is created again.
    if (position !== null && position < this.replayed) this.aheadAt = this.replayed;
    if (replayed !== this.aheadAt) this.aheadAt = null;
    if (position !== null) this.lag.add(position, before);
    const lagMs = replayed === null ? null : this.lag.of(replayed, before);
    this.replayed = replayed ?? 0n;
    const facts = {
      isOneServer: listServer === null || listServer === standby?.server,
      isStandby: standby?.is_standby === true,
      isSameDatabase: primary?.identity === standby?.identity,
      isAhead: this.aheadAt !== null,
      lagMs,
    };
    this.change(statusOf(facts, this.options.maxLagMs), before);
  }

  private change(status: ReplicaStatus, measuredAt: number, error?: unknown): void {
    const isNew = this.current?.state !== status.state || this.current.reason !== status.reason;
    this.current = status;
    this.measuredAt = measuredAt;
    if (isNew) this.options.onChange(status, error);
  }
}
