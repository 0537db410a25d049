import type { BreakerChange, DestinationState, HealthChange, WorkerRegistry, WorkersSnapshot } from '@patchbay/core';
import type { PgPool } from '../query/pg-pool.js';
import { CHANGED_STATES, SET_BREAKERS, type StateRow } from '../sql/destination-states.js';
import { ADD_HEALTH, COUNT_LIVE, HEARTBEAT, LEAVE } from '../sql/workers.js';

/** Time without a heartbeat after which other workers treat a worker as gone, in milliseconds. */
export const GONE_AFTER_MS = 5_000;
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
/** Columns of a breaker that is reset. */
const HEALTHY = { openUntil: null, openCount: 0, failingSince: null, limitShare: 1 };

/** Worker registry in PostgreSQL. Workers expire by the clock of PostgreSQL, circuit breakers by the clock of the hub. */
export class PostgresWorkerRegistry implements WorkerRegistry {
  constructor(private readonly pool: PgPool) {}

  async heartbeat(workerId: string, seenSeq: number): Promise<WorkersSnapshot> {
    const [workers, states] = await Promise.all([
      this.pool.query<{ id: string; active_in_ms: number; since_heartbeat_ms: number }>(
        HEARTBEAT.with({
          worker: workerId,
          goneAfterMs: GONE_AFTER_MS,
          activeAfterMs: ACTIVE_AFTER_MS,
          rejoinAfterMs: REJOIN_AFTER_MS,
        }),
      ),
      this.pool.query<StateRow>(CHANGED_STATES.with({ seen: seenSeq })),
    ]);
    return {
      workers: workers.map((row) => ({
        id: row.id,
        activeInMs: row.active_in_ms,
        sinceHeartbeatMs: row.since_heartbeat_ms,
      })),
      states: states.map(toState),
    };
  }

  async countLive(): Promise<number> {
    const rows = await this.pool.query<{ live: number }>(COUNT_LIVE.with({ goneAfterMs: GONE_AFTER_MS }));
    return rows[0]?.live ?? 0;
  }

  async leave(workerId: string): Promise<void> {
    await this.pool.query(LEAVE.with({ worker: workerId }));
  }

  async setBreakers(changes: readonly BreakerChange[]): Promise<void> {
    const rows = changes.map(({ destinationId, breaker }) => ({ destinationId, ...(breaker ?? HEALTHY) }));
    await this.pool.query(SET_BREAKERS.with({ changes: rows }));
  }

  async addHealth(changes: readonly HealthChange[]): Promise<void> {
    // Ordered, because two workers that write the same destinations in different orders could block each other.
    const ordered = changes.toSorted((a, b) => (a.destinationId < b.destinationId ? -1 : 1));
    await this.pool.query(ADD_HEALTH.with({ changes: ordered }));
  }
}

function toState(row: StateRow): DestinationState {
  return {
    destinationId: row.destination_id,
    seq: row.seq,
    pauseSeq: row.pause_seq,
    breaker:
      row.open_until === null
        ? null
        : {
            openUntil: row.open_until.getTime(),
            openCount: row.open_count,
            failingSince: row.failing_since?.getTime() ?? null,
            limitShare: row.limit_share,
          },
  };
}
