import pg from 'pg';

/** The SQLSTATE of an error of the server; undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** The row's data was refused: SQLSTATE classes 22 (data exception) and 23 (integrity constraint violation). */
export function isDataError(error: unknown): boolean {
  const state = sqlState(error);
  return state !== undefined && (state.startsWith('22') || state.startsWith('23'));
}

/** No leaf partition for a row: a check violation that names no constraint. */
export function isMissingPartition(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '23514' && error.constraint === undefined;
}

/** Another transaction was in the way; the same statement may pass the next time. */
export function isConflict(error: unknown): boolean {
  const state = sqlState(error);
  return state === '40001' || state === '40P01';
}

/** The table is not there: its day was dropped. */
export function isMissingTable(error: unknown): boolean {
  return sqlState(error) === '42P01';
}
