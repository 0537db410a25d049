import { types } from 'node:util';
import pg from 'pg';
import { QueryFailedError, QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { UnreplicatedCommitError } from '../connections/failover-watch.js';

/** Returns the error that the PostgreSQL server reported, even if TypeORM wrapped it; undefined for any other error. */
function serverError(error: unknown): pg.DatabaseError | undefined {
  const inner: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return inner instanceof pg.DatabaseError ? inner : undefined;
}

/** Returns the SQLSTATE of a server error; undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  return serverError(error)?.code;
}

/** Returns the SQLSTATE of a server error, or the code of another error, such as `ECONNREFUSED`; undefined if it has none. */
export function errorCode(error: unknown): string | undefined {
  const inner: unknown = error instanceof QueryFailedError ? error.driverError : error;
  const code = types.isNativeError(inner) && 'code' in inner ? inner.code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? code : undefined;
}

/**
 * SQLSTATE classes of errors in the data: data exception, integrity constraint violation, program limit exceeded (a
 * value is too large for an index).
 */
const DATA_STATES = /^(22|23|54)/;

/** Returns true if the server refused the data of a row. */
export function isDataError(error: unknown): boolean {
  return DATA_STATES.test(sqlState(error) ?? '');
}

/**
 * Returns true if the partition of a row is missing. PostgreSQL reports this as a check violation without a constraint
 * name.
 */
export function isMissingPartition(error: unknown): boolean {
  return sqlState(error) === '23514' && serverError(error)?.constraint === undefined;
}

/** Name of the unique index that is violated by the second of two simultaneous claims for one order key. */
const ACTIVE_KEY = 'deliveries_waiting_active_key';

/** Returns true if another transaction conflicted with the statement, so that a second attempt may succeed. */
export function isConflict(error: unknown): boolean {
  const state = sqlState(error);
  if (isUniqueViolation(error)) return serverError(error)?.constraint === ACTIVE_KEY;
  return state === '40001' || state === '40P01';
}

/** Returns true if the statement violated a unique constraint. */
export function isUniqueViolation(error: unknown): boolean {
  return sqlState(error) === '23505';
}

/** Returns true if the statement ended because it waited too long for a lock that another transaction holds. */
export function isLockTimeout(error: unknown): boolean {
  return sqlState(error) === '55P03';
}

/**
 * SQLSTATEs of a server that is starting, stopping, out of connections or closing a connection (08, 57P, 53300), and of
 * a standby, which refuses writes (25006).
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
/** Messages of pg and pg-pool for errors without a code. */
const UNAVAILABLE_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Client was closed and is not queryable)/;

/**
 * Returns true if the database was unreachable, the connection broke, or a commit was not replicated. A retry may
 * succeed, but the first attempt may already have made its change.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  const inner: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (inner instanceof pg.DatabaseError) return UNAVAILABLE_STATES.test(inner.code ?? '');
  if (!types.isNativeError(inner)) return false;
  if (inner instanceof UnreplicatedCommitError) return true;
  // The connection broke between two statements of a transaction, so TypeORM released it.
  if (inner instanceof QueryRunnerProviderAlreadyReleasedError) return true;
  if (inner instanceof QueryRunnerAlreadyReleasedError) return true;
  const code = 'code' in inner ? inner.code : undefined;
  return (typeof code === 'string' && UNAVAILABLE_CODES.includes(code)) || UNAVAILABLE_MESSAGES.test(inner.message);
}

/** Returns true if the table does not exist, because the partition of its day was dropped. */
export function isMissingTable(error: unknown): boolean {
  return sqlState(error) === '42P01';
}
