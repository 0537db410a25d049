import { StoreRefusedError, type NewEvent, type QuarantineRefused, type StoredOutcome } from '@patchbay/core';
import type { PgRunner } from '../connections/pg-pool.js';
import { isDataError, isMissingPartition, sqlState } from '../connections/sql-error.js';
import { storeEvents } from './store-events.js';

/** Another revision came into force while a group was stored in parts: nothing of the group may stay. */
export class RevisionChangedError extends Error {
  override readonly name = 'RevisionChangedError';
}

/** The database refused a row's data. A missing partition looks like that, but is no fault of the data. */
export function isRefused(error: unknown): boolean {
  return isDataError(error) && !isMissingPartition(error);
}

/** Without a cause, because the server's own message may quote the value. */
export function refusal(error: unknown): string {
  return `PostgreSQL refused the data of an event (SQLSTATE ${sqlState(error)}).`;
}

/**
 * Stores a group of which some row is refused, inside one transaction: by halves under savepoints, until each refused
 * event stands alone. Those are stored as `quarantine` makes them.
 * Throws a RevisionChangedError or a StoreRefusedError; then the transaction has to be rolled back.
 */
export async function storeUnderSavepoints(
  transaction: PgRunner,
  revision: number,
  events: readonly NewEvent[],
  quarantine: QuarantineRefused,
): Promise<readonly StoredOutcome[]> {
  const attempt = await storePart(transaction, revision, events);
  if (attempt.kind === 'stored') return attempt.outcomes;
  const [event] = events;
  if (event === undefined) throw new StoreRefusedError(attempt.reason);
  if (events.length === 1) return [await storeQuarantined(transaction, revision, quarantine(event, attempt.reason))];
  const half = Math.ceil(events.length / 2);
  return [
    ...(await storeUnderSavepoints(transaction, revision, events.slice(0, half), quarantine)),
    ...(await storeUnderSavepoints(transaction, revision, events.slice(half), quarantine)),
  ];
}

async function storeQuarantined(transaction: PgRunner, revision: number, event: NewEvent): Promise<StoredOutcome> {
  const attempt = await storePart(transaction, revision, [event]);
  if (attempt.kind === 'refused') throw new StoreRefusedError(attempt.reason);
  const [outcome] = attempt.outcomes;
  // The same body may have come before, and been refused then too.
  return outcome?.kind === 'duplicate' ? outcome : { kind: 'quarantined' };
}

type Attempt =
  | { readonly kind: 'stored'; readonly outcomes: readonly StoredOutcome[] }
  | { readonly kind: 'refused'; readonly reason: string };

async function storePart(transaction: PgRunner, revision: number, events: readonly NewEvent[]): Promise<Attempt> {
  await transaction.query({ text: 'SAVEPOINT part', values: [] });
  try {
    const outcomes = await storeEvents(transaction, revision, events);
    if (outcomes === 'stale') throw new RevisionChangedError();
    await transaction.query({ text: 'RELEASE SAVEPOINT part', values: [] });
    return { kind: 'stored', outcomes };
  } catch (error) {
    if (!isRefused(error)) throw error;
    await transaction.query({ text: 'ROLLBACK TO SAVEPOINT part', values: [] });
    await transaction.query({ text: 'RELEASE SAVEPOINT part', values: [] });
    return { kind: 'refused', reason: refusal(error) };
  }
}
