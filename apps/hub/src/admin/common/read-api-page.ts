import { CursorError, type Page, type PageRequest } from '@patchbay/core';
import { ProblemError } from '../../http/problem.js';
import type { PageQuery } from './page-query.dto.js';

/** Reads a page. Throws a ProblemError 400 if the cursor was not issued by this list. */
export async function readPage<T>(query: PageQuery, read: (page: PageRequest) => Promise<Page<T>>): Promise<Page<T>> {
  try {
    return await read({ limit: query.limit, cursor: query.cursor ?? null });
  } catch (error) {
    if (!(error instanceof CursorError)) throw error;
    throw new ProblemError(
      400,
      'The cursor in the query is invalid. Use nextCursor of the previous page, or omit cursor for the first page.',
      [{ field: 'cursor', detail: 'must be the nextCursor of a page of this list' }],
    );
  }
}
