import type { WorkersSnapshot, CircuitBreaker, HealthChange, WorkerRegistry } from '@patchbay/core';
import type { PgPool } from '../query/pg-pool.js';
import { ADD_HEALTH, HEARTBEAT, READ_BREAKERS, LEAVE, REMOVE_BREAKER, SET_BREAKER } from '../sql/workers.js';

/** Time without a heartbeat after which other workers treat a worker as gone, in milliseconds. */
const GONE_AFTER_MS = 5_000;
/**
 * Time without a heartbeat after which a worker joins again, in milliseconds. This time is shorter than
 * `GONE_AFTER_MS`, so that a worker owns no destinations by the time that other workers treat it as gone.
 */
const REJOIN_AFTER_MS = 4_000;
/**
 * Time after which a new worker becomes active, in milliseconds. By then, every other worker has seen the new worker or
 * has to join again.
 */
const ACTIVE_AFTER_MS = 5_000;
/** Time since the end of the open period, in milliseconds, after which a circuit breaker no longer reduces a limit. */
const RECOVERED_AFTER_MS = 120_000;

interface BreakerRow {
  readonly destination_id: string;
  readonly open_until: Date;
  readonly open_count: number;
  readonly failing_since: Date | null;
  readonly limit_share: number;
}

/** Worker registry in PostgreSQL. Workers expire by the clock of PostgreSQL, circuit breakers by the clock of the hub. */
export class PostgresWorkerRegistry implements WorkerRegistry {
  constructor(private readonly pool: PgPool) {}

  async heartbeat(workerId: string, now: number): Promise<WorkersSnapshot> {
    const [workers, breakers] = await Promise.all([
      this.pool.query<{ id: string; active_in_ms: number; since_heartbeat_ms: number }>(
        HEARTBEAT.with({
          worker: workerId,
          goneAfterMs: GONE_AFTER_MS,
          activeAfterMs: ACTIVE_AFTER_MS,
          rejoinAfterMs: REJOIN_AFTER_MS,
        }),
      ),
      this.pool.query<BreakerRow>(READ_BREAKERS.with({ recoveredBefore: now - RECOVERED_AFTER_MS })),
    ]);
    return {
      workers: workers.map((row) => ({
        id: row.id,
        activeInMs: row.active_in_ms,
        sinceHeartbeatMs: row.since_heartbeat_ms,
      })),
      breakers: new Map(breakers.map((row) => [row.destination_id, toBreaker(row)])),
    };
  }

  async leave(workerId: string): Promise<void> {
    await this.pool.query(LEAVE.with({ worker: workerId }));
  }

  async setBreaker(destinationId: string, breaker: CircuitBreaker): Promise<void> {
    await this.pool.query(SET_BREAKER.with({ ...breaker, destination: destinationId }));
  }

  async removeBreaker(destinationId: string): Promise<void> {
    await this.pool.query(REMOVE_BREAKER.with({ destination: destinationId }));
  }

  async addHealth(changes: readonly HealthChange[]): Promise<void> {
    // Ordered, because two workers that write the same destinations in different orders could block each other.
    const ordered = changes.toSorted((a, b) => (a.destinationId < b.destinationId ? -1 : 1));
    await this.pool.query(ADD_HEALTH.with({ changes: ordered }));
  }
}

function toBreaker(row: BreakerRow): CircuitBreaker {
  return {
    openUntil: row.open_until.getTime(),
    openCount: row.open_count,
    failingSince: row.failing_since?.getTime() ?? null,
    limitShare: row.limit_share,
  };
}
