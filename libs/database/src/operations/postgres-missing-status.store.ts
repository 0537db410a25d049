import {
  MAX_NAMED_DELIVERIES,
  timeOfUuidV7,
  type Clock,
  type ExpectedStatuses,
  type JsonObject,
  type MissingStatusStore,
} from '@patchbay/core';
import type { DataSource, EntityManager } from 'typeorm';
import { lowestIdAt } from '../partitions/daily-partitions.js';
import { APPEND_MISSING_STATUSES } from '../sql/outbox.js';
import { ADD_CHECK, COUNT_MISSING, DUE_CHECKS, LOCK_CHECK, MOVE_CHECK } from '../sql/status-checks.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Maximum number of destinations per call. */
const MAX_DESTINATIONS = 100;
/** Maximum number of deliveries per statement and per pass of one call. */
const BATCH = 5_000;
const MAX_ROWS = 50_000;
/** Longest time between two checks of a destination, in milliseconds. Messages of this time share an event. */
const MAX_PAUSE_MS = HOUR_MS;
/** Messages from earlier than this are not checked after the hub was away, in milliseconds. */
const MAX_BACKLOG_MS = 24 * HOUR_MS;
/**
 * Longest time from the time of a delivery's id to the end of its last attempt, in milliseconds. The id has the time of
 * the event or of the replay. `PROMPT_MS` holds for nearly all messages. `LATE_MS` holds for a message that waited or was
 * retried, for a fallback step, and for a message of a slow replay.
 */
const PROMPT_MS = 15 * MINUTE_MS;
const LATE_MS = 48 * HOUR_MS;

interface CheckRow {
  readonly prompt_after: string;
  readonly late_after: string;
}

interface CountRow {
  readonly found: number;
  readonly last: string | null;
  readonly sent: number;
  readonly missing: number;
  readonly deliveries: readonly JsonObject[];
}

/** Messages of one pass that were checked. */
interface Checked {
  /** Id of the last delivery that was read, or that would be read next. */
  readonly position: string;
  readonly isComplete: boolean;
  readonly sent: number;
  readonly missing: number;
  readonly deliveries: readonly JsonObject[];
}

/** Checks of vendor statuses in PostgreSQL. */
export class PostgresMissingStatusStore implements MissingStatusStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  async check({ types, defaultWithinMs }: ExpectedStatuses): Promise<boolean> {
    const values = [types, defaultWithinMs, MAX_DESTINATIONS];
    const due = await this.dataSource.query<{ id: string; within: number }[]>(DUE_CHECKS, values);
    let isMore = due.length === MAX_DESTINATIONS;
    for (const { id, within } of due) if (await this.checkOne(id, within)) isMore = true;
    return isMore;
  }

  /** Checks the messages of one destination in one transaction. Returns true if messages are left. */
  private checkOne(destinationId: string, withinMs: number): Promise<boolean> {
    // The time at which a message was sent has no index. Each message is therefore read soon after the time of its id, and
    // again later, in case it was sent late.
    const now = this.clock.now();
    const [promptEnd, lateEnd] = [now - withinMs - PROMPT_MS, now - withinMs - LATE_MS];
    return this.dataSource.transaction(async (manager) => {
      await manager.query(ADD_CHECK, [destinationId, lowestIdAt(promptEnd), lowestIdAt(lateEnd)]);
      const [row] = await manager.query<CheckRow[]>(LOCK_CHECK, [destinationId]);
      if (row === undefined) return false;
      const prompt = await pass(manager, destinationId, row.prompt_after, promptEnd, [-LATE_MS, PROMPT_MS]);
      const late = await pass(manager, destinationId, row.late_after, lateEnd, [PROMPT_MS, LATE_MS]);
      const missing = prompt.missing + late.missing;
      if (missing > 0) {
        const deliveries = [...prompt.deliveries, ...late.deliveries].slice(0, MAX_NAMED_DELIVERIES);
        const values = [destinationId, missing, prompt.sent + late.sent, withinMs, JSON.stringify(deliveries)];
        await manager.query(APPEND_MISSING_STATUSES, values);
      }
      const isComplete = prompt.isComplete && late.isComplete;
      const pauseMs = isComplete ? Math.min(MAX_PAUSE_MS, withinMs) : 0;
      await manager.query(MOVE_CHECK, [destinationId, prompt.position, late.position, pauseMs]);
      return !isComplete;
    });
  }
}

/**
 * Reads the deliveries after a position and before a time.
 * @param end milliseconds since the epoch
 * @param sentAfter range of the time from the time of a delivery's id to its end, in milliseconds
 */
async function pass(
  manager: EntityManager,
  destinationId: string,
  after: string,
  end: number,
  sentAfter: readonly [moreThan: number, atMost: number],
): Promise<Checked> {
  let position = lowestIdAt(Math.max(timeOfUuidV7(after), end - MAX_BACKLOG_MS));
  if (after > position) position = after;
  const before = lowestIdAt(end);
  let [rows, sent, missing] = [0, 0, 0];
  const deliveries: JsonObject[] = [];
  while (position < before) {
    if (rows >= MAX_ROWS) return { position, isComplete: false, sent, missing, deliveries };
    const values = [destinationId, position, before, BATCH, ...sentAfter];
    const [count] = await manager.query<CountRow[]>(COUNT_MISSING, values);
    if (count === undefined) break;
    rows += count.found;
    sent += count.sent;
    missing += count.missing;
    deliveries.push(...count.deliveries);
    position = count.found === BATCH && count.last !== null ? count.last : before;
  }
  return { position, isComplete: true, sent, missing, deliveries };
}
