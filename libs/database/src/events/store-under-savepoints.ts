import { StoreRefusedError, type NewEvent, type QuarantineRefused, type StoredOutcome } from '@patchbay/core';
import type { PgRunner } from '../query/pg-pool.js';
import { isDataError, isMissingPartition, sqlState } from '../query/sql-error.js';

/**
 * Returns true if PostgreSQL refused the data of a row. False for a missing partition, whose error is similar but is
 * not caused by the data.
 */
export function isRefused(error: unknown): boolean {
  return isDataError(error) && !isMissingPartition(error);
}

/**
 * Returns the reason why PostgreSQL refused a row. Leaves out PostgreSQL's message, because the message may quote the
 * value.
 */
export function refusal(error: unknown): string {
  return `PostgreSQL refused the data of an event (SQLSTATE ${sqlState(error)}).`;
}

/** Function that stores events and returns one outcome per event. */
type StoreEvents = (events: readonly NewEvent[]) => Promise<readonly StoredOutcome[]>;

/**
 * Stores a group of which PostgreSQL refused a row, inside one transaction. Halves the group under savepoints until
 * each refused event is isolated, and stores each refused event as `quarantine` returns it.
 * @throws StoreRefusedError. The caller must then roll back the transaction.
 */
export async function storeUnderSavepoints(
  transaction: PgRunner,
  store: StoreEvents,
  events: readonly NewEvent[],
  quarantine: QuarantineRefused,
): Promise<readonly StoredOutcome[]> {
  const attempt = await storePart(transaction, store, events);
  if (attempt.kind === 'stored') return attempt.outcomes;
  const [event] = events;
  if (event === undefined) throw new StoreRefusedError(attempt.reason);
  if (events.length === 1) return [await storeQuarantined(transaction, store, quarantine(event, attempt.reason))];
  const half = Math.ceil(events.length / 2);
  return [
    ...(await storeUnderSavepoints(transaction, store, events.slice(0, half), quarantine)),
    ...(await storeUnderSavepoints(transaction, store, events.slice(half), quarantine)),
  ];
}

async function storeQuarantined(transaction: PgRunner, store: StoreEvents, event: NewEvent): Promise<StoredOutcome> {
  const attempt = await storePart(transaction, store, [event]);
  if (attempt.kind === 'refused') throw new StoreRefusedError(attempt.reason);
  const [outcome] = attempt.outcomes;
  // The same body may have been received and quarantined before. The event is then a duplicate.
  return outcome === undefined || outcome.kind === 'accepted' ? { kind: 'quarantined' } : outcome;
}

type Attempt =
  | { readonly kind: 'stored'; readonly outcomes: readonly StoredOutcome[] }
  | { readonly kind: 'refused'; readonly reason: string };

async function storePart(transaction: PgRunner, store: StoreEvents, events: readonly NewEvent[]): Promise<Attempt> {
  await transaction.query({ text: 'SAVEPOINT part', values: [] });
  try {
    const outcomes = await store(events);
    await transaction.query({ text: 'RELEASE SAVEPOINT part', values: [] });
    return { kind: 'stored', outcomes };
  } catch (error) {
    if (!isRefused(error)) throw error;
    await transaction.query({ text: 'ROLLBACK TO SAVEPOINT part', values: [] });
    await transaction.query({ text: 'RELEASE SAVEPOINT part', values: [] });
    return { kind: 'refused', reason: refusal(error) };
  }
}
