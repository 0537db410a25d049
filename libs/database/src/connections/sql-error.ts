import { types } from 'node:util';
import pg from 'pg';
import { QueryFailedError, QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';

/** The server's own error, also inside TypeORM's; undefined for any other error. */
function serverError(error: unknown): pg.DatabaseError | undefined {
  const inner: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return inner instanceof pg.DatabaseError ? inner : undefined;
}

/** The SQLSTATE of an error of the server; undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  return serverError(error)?.code;
}

/** SQLSTATE classes: data exception, integrity constraint violation, program limit exceeded (a value that no index holds). */
const DATA_STATES = /^(22|23|54)/;

/** The row's data was refused. */
export function isDataError(error: unknown): boolean {
  return DATA_STATES.test(sqlState(error) ?? '');
}

/** No partition for a row: a check violation that names no constraint. */
export function isMissingPartition(error: unknown): boolean {
  return sqlState(error) === '23514' && serverError(error)?.constraint === undefined;
}

/** Two claims took deliveries of one key at the same moment. */
const ACTIVE_KEY = 'deliveries_waiting_active_key';

/** Another transaction was in the way; the same statement may pass the next time. */
export function isConflict(error: unknown): boolean {
  const state = sqlState(error);
  if (isUniqueViolation(error)) return serverError(error)?.constraint === ACTIVE_KEY;
  return state === '40001' || state === '40P01';
}

/** The statement violated a unique constraint. */
export function isUniqueViolation(error: unknown): boolean {
  return sqlState(error) === '23505';
}

/**
 * Of a server that goes down, comes up, has no connection left or ended one (08, 57P, 53300), and of one that became a
 * standby, where nothing can be written (25006).
 */
const UNAVAILABLE_STATES = /^(08|57P|53300|25006)/;
const UNAVAILABLE_CODES = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
];
/** What pg and pg-pool say without a code. */
const UNAVAILABLE_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Client was closed and is not queryable)/;

/** The database could not be reached, or broke off: the same may work in a moment. Whether a change was made, nobody knows. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const inner: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (inner instanceof pg.DatabaseError) return UNAVAILABLE_STATES.test(inner.code ?? '');
  if (!types.isNativeError(inner)) return false;
  // A connection that broke between two statements of a transaction: TypeORM has let go of it.
  if (inner instanceof QueryRunnerProviderAlreadyReleasedError) return true;
  if (inner instanceof QueryRunnerAlreadyReleasedError) return true;
  const code = 'code' in inner ? inner.code : undefined;
  return (typeof code === 'string' && UNAVAILABLE_CODES.includes(code)) || UNAVAILABLE_MESSAGES.test(inner.message);
}

/** The table is not there: its day was dropped. */
export function isMissingTable(error: unknown): boolean {
  return sqlState(error) === '42P01';
}
