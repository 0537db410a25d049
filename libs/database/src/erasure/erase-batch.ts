import { timeOfUuidV7 } from '@patchbay/core';
import type { EntityManager } from 'typeorm';
import { lowestIdAt } from '../partitions/daily-partitions.js';
import { MAX_TIME_WINDOW_MS } from '../partitions/time-window.js';
import {
  CANCEL,
  DROP_TRIGGERED_STEPS,
  ERASE_ENDED,
  ERASE_EVENTS,
  IN_FLIGHT,
  REMOVE_FROM_INDEX,
  CUSTOMER_EVENTS,
  ERASABLE_EVENTS,
  WAITING_IDS,
} from '../sql/erase.js';
import type { LockedErasure } from './erasure-rows.js';

const DAY_MS = 86_400_000;
/** Maximum retention, in milliseconds. Rows that a wrong clock made older than this are read as one time window. */
const OLDEST_MS = 432 * DAY_MS;

/** Id of a waiting delivery, with its retention class. */
export interface WaitingId {
  readonly id: string;
  readonly retention_days: number;
}

/** Options of one batch of an erasure. */
export interface Batch {
  /** Maximum number of events in the batch. */
  readonly limit: number;
  /** Current time, in milliseconds since the epoch. */
  readonly now: number;
  /**
   * Called with the deliveries that are about to be cancelled. The caller must ensure that the partitions of these
   * deliveries exist.
   */
  readonly beforeCancel: (waiting: readonly WaitingId[]) => void;
}

/** Result of one batch of an erasure. */
export interface ErasedBatch {
  readonly events: number;
  readonly deliveries: number;
  readonly attempts: number;
  /** Number of events of this batch that a later pass has to erase. */
  readonly remaining: number;
  /** Lowest event id of the next batch. Null after the last batch of a pass. */
  readonly cursor: string | null;
}

interface Id {
  readonly id: string;
}

/**
 * Erases the next events of a customer, in the manager's transaction. Reads at most one time window, because a
 * statement locks each index of each day that it reads.
 */
export async function eraseBatch(manager: EntityManager, erasure: LockedErasure, batch: Batch): Promise<ErasedBatch> {
  const { limit, now } = batch;
  const window = timeWindowFrom(erasure.cursor, now);
  const { brand_id: brandId, customer_id: customerId } = erasure;
  const found = await manager.query<Id[]>(CUSTOMER_EVENTS, [brandId, customerId, window.from, window.before, limit]);
  const last = found.at(-1);
  const cursor = found.length === limit && last !== undefined ? nextIdAfter(last.id) : window.next;
  const ids = found.map(({ id }) => id);
  return ids.length === 0 ? { ...NOTHING, cursor } : { ...(await erase(manager, erasure, ids, batch)), cursor };
}

const NOTHING = { events: 0, deliveries: 0, attempts: 0, remaining: 0 };

async function erase(
  manager: EntityManager,
  erasure: LockedErasure,
  named: readonly string[],
  { now, beforeCancel }: Batch,
): Promise<Omit<ErasedBatch, 'cursor'>> {
  const { brand_id: brandId, customer_id: customerId, customer_hash: hash, event_id: own } = erasure;
  const bounds = [named[0], named.at(-1)];
  const before = await manager.query<(Id & { readonly in_grace_period: boolean })[]>(ERASABLE_EVENTS, [
    ...[named, ...bounds, brandId, erasure.erased_until, own, hash],
  ]);
  const ids = before.filter(({ in_grace_period: inGracePeriod }) => !inGracePeriod).map(({ id }) => id);
  // An event in the grace period of another erasure is left to that other erasure.
  const ownEventWaits = before.some(({ id, in_grace_period: inGracePeriod }) => inGracePeriod && id === own);
  if (ids.length === 0) return { ...NOTHING, remaining: ownEventWaits ? 1 : 0 };

  await manager.query(ERASE_EVENTS, [ids, ...bounds, customerId, brandId]);
  await manager.query(DROP_TRIGGERED_STEPS, [ids]);
  const deliveries = await cancelAll(manager, ids, beforeCancel);
  // Find the events with deliveries in flight before erasing the ended deliveries. An event whose delivery ends in
  // between is then left to the next pass. Find the events again afterwards, because a person may have redelivered a
  // delivery in between.
  const inFlight = new Set(await idsOf(manager, IN_FLIGHT, [ids]));
  const attempts = await eraseEnded(manager, ids, customerId, now);
  for (const id of await idsOf(manager, IN_FLIGHT, [ids])) inFlight.add(id);
  const done = ids.filter((id) => !inFlight.has(id));
  const gone = await manager.query<unknown[]>(REMOVE_FROM_INDEX, [brandId, customerId, done, ...bounds]);
  return { events: gone.length, deliveries, attempts, remaining: inFlight.size + (ownEventWaits ? 1 : 0) };
}

async function cancelAll(
  manager: EntityManager,
  ids: readonly string[],
  beforeCancel: Batch['beforeCancel'],
): Promise<number> {
  const waiting = await manager.query<WaitingId[]>(WAITING_IDS, [ids]);
  if (waiting.length === 0) return 0;
  beforeCancel(waiting);
  for (let cancelled = 0; ;) {
    const { length } = await manager.query<Id[]>(CANCEL, [ids]);
    if (length === 0) return cancelled;
    cancelled += length;
  }
}

/**
 * Erases the ended deliveries of events. A delivery's id contains the time of its event, or the later time of a replay.
 */
async function eraseEnded(
  manager: EntityManager,
  ids: readonly string[],
  customerId: string,
  now: number,
): Promise<number> {
  let attempts = 0;
  let from = timeOfUuidV7(ids.reduce((least, id) => (id < least ? id : least)));
  for (let last = false; !last; from += MAX_TIME_WINDOW_MS) {
    last = from + MAX_TIME_WINDOW_MS > now;
    const end = lowestIdAt(last ? Infinity : from + MAX_TIME_WINDOW_MS);
    const [row] = await manager.query<{ attempts: number }[]>(ERASE_ENDED, [ids, lowestIdAt(from), end, customerId]);
    attempts += row?.attempts ?? 0;
  }
  return attempts;
}

async function idsOf(manager: EntityManager, text: string, values: unknown[]): Promise<readonly string[]> {
  return (await manager.query<Id[]>(text, values)).map(({ id }) => id);
}

/**
 * Returns the time window that starts at a cursor, and the start of the next window as `next`. `next` is null for the
 * last window.
 */
function timeWindowFrom(
  cursor: string | null,
  now: number,
): { readonly from: string; readonly before: string; readonly next: string | null } {
  const oldest = lowestIdAt(now - OLDEST_MS);
  if (cursor === null) return { from: lowestIdAt(0), before: oldest, next: oldest };
  const end = timeOfUuidV7(cursor) + MAX_TIME_WINDOW_MS;
  if (end > now) return { from: cursor, before: lowestIdAt(Infinity), next: null };
  return { from: cursor, before: lowestIdAt(end), next: lowestIdAt(end) };
}

/** Returns the next greater UUID, treating the UUID as a 128-bit number. */
function nextIdAfter(id: string): string {
  const next = (BigInt(`0x${id.replaceAll('-', '')}`) + 1n).toString(16).padStart(32, '0');
  return next.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
