import { CursorError, type Page, type PageRequest } from '@patchbay/core';
import { ProblemError } from '../../http/problem.js';
import type { PageQuery } from './page-query.dto.js';

/** Reads a page; a cursor that the list did not give out is the caller's mistake. */
export async function readPage<T>(query: PageQuery, read: (page: PageRequest) => Promise<Page<T>>): Promise<Page<T>> {
  try {
    return await read({ limit: query.limit, cursor: query.cursor ?? null });
  } catch (error) {
    if (!(error instanceof CursorError)) throw error;
    throw new ProblemError(400, 'Some parameters of the query do not fit.', [
      { field: 'cursor', detail: 'cursor has to be the nextCursor of a page of this list' },
    ]);
  }
}
