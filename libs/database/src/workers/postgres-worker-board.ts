import type { Board, Gate, WorkerBoard } from '@patchbay/core';
import type { HotPool } from '../connections/hot-pool.js';
import { BEAT, GATES, LEAVE, REMOVE_GATE, SET_GATE } from './board.sql.js';

/** A worker that did not beat for so long is taken for dead, in milliseconds. */
const SILENT_MS = 5_000;
/** A worker whose own beats were so far apart joins anew, in milliseconds: since before others take it for dead, it owns nothing. */
const LAPSED_MS = 4_000;
/** A new worker counts after this time, in milliseconds. By then every other worker knows of it or has lapsed. */
const COUNTS_AFTER_MS = 5_000;
/** A gate that only slowed has let everything through again by then, in milliseconds. */
const HEALED_AFTER_MS = 120_000;

interface GateRow {
  readonly destination_id: string;
  readonly closed_until: Date;
  readonly trips: number;
  readonly failing_since: Date | null;
  readonly share: number;
}

/** The board of the workers in PostgreSQL, by its clock; gates go by the hub's. */
export class PostgresWorkerBoard implements WorkerBoard {
  constructor(private readonly pool: HotPool) {}

  async beat(workerId: string, now: number): Promise<Board> {
    const [workers, gates] = await Promise.all([
      this.pool.query<{ id: string; counts_in_ms: number; silent_ms: number }>({
        name: 'beat',
        text: BEAT,
        values: [workerId, SILENT_MS, COUNTS_AFTER_MS, LAPSED_MS],
      }),
      this.pool.query<GateRow>({ name: 'gates', text: GATES, values: [now - HEALED_AFTER_MS] }),
    ]);
    return {
      workers: workers.map((row) => ({ id: row.id, countsInMs: row.counts_in_ms, silentMs: row.silent_ms })),
      gates: new Map(gates.map((row) => [row.destination_id, toGate(row)])),
    };
  }

  async leave(workerId: string): Promise<void> {
    await this.pool.query({ text: LEAVE, values: [workerId] });
  }

  async setGate(destinationId: string, { closedUntil, trips, failingSince, share }: Gate): Promise<void> {
    await this.pool.query({ text: SET_GATE, values: [destinationId, closedUntil, trips, failingSince, share] });
  }

  async removeGate(destinationId: string): Promise<void> {
    await this.pool.query({ text: REMOVE_GATE, values: [destinationId] });
  }
}

function toGate(row: GateRow): Gate {
  return {
    closedUntil: row.closed_until.getTime(),
    trips: row.trips,
    failingSince: row.failing_since?.getTime() ?? null,
    share: row.share,
  };
}
