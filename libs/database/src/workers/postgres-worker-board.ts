import type { Board, CircuitBreaker, WorkerBoard } from '@patchbay/core';
import type { HotPool } from '../connections/hot-pool.js';
import { BEAT, READ_BREAKERS, LEAVE, REMOVE_BREAKER, SET_BREAKER } from './board.sql.js';

/** A worker that did not beat for so long is taken for dead, in milliseconds. */
const SILENT_MS = 5_000;
/** A worker whose own beats were so far apart joins anew, in milliseconds: since before others take it for dead, it owns nothing. */
const LAPSED_MS = 4_000;
/** A new worker counts after this time, in milliseconds. By then every other worker knows of it or has lapsed. */
const COUNTS_AFTER_MS = 5_000;
/** Age at which a closed breaker no longer reduces any limit, in milliseconds. */
const RECOVERED_AFTER_MS = 120_000;

interface BreakerRow {
  readonly destination_id: string;
  readonly open_until: Date;
  readonly open_count: number;
  readonly failing_since: Date | null;
  readonly limit_share: number;
}

/** The board of the workers in PostgreSQL, by its clock; circuit breakers expire by the hub's clock. */
export class PostgresWorkerBoard implements WorkerBoard {
  constructor(private readonly pool: HotPool) {}

  async beat(workerId: string, now: number): Promise<Board> {
    const [workers, breakers] = await Promise.all([
      this.pool.query<{ id: string; counts_in_ms: number; silent_ms: number }>({
        name: 'beat',
        text: BEAT,
        values: [workerId, SILENT_MS, COUNTS_AFTER_MS, LAPSED_MS],
      }),
      this.pool.query<BreakerRow>({ name: 'breakers', text: READ_BREAKERS, values: [now - RECOVERED_AFTER_MS] }),
    ]);
    return {
      workers: workers.map((row) => ({ id: row.id, countsInMs: row.counts_in_ms, silentMs: row.silent_ms })),
      breakers: new Map(breakers.map((row) => [row.destination_id, toBreaker(row)])),
    };
  }

  async leave(workerId: string): Promise<void> {
    await this.pool.query({ text: LEAVE, values: [workerId] });
  }

  async setBreaker(
    destinationId: string,
    { openUntil, openCount, failingSince, limitShare }: CircuitBreaker,
  ): Promise<void> {
    await this.pool.query({
      text: SET_BREAKER,
      values: [destinationId, openUntil, openCount, failingSince, limitShare],
    });
  }

  async removeBreaker(destinationId: string): Promise<void> {
    await this.pool.query({ text: REMOVE_BREAKER, values: [destinationId] });
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
