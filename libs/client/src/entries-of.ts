import { answerOf } from './answer-of.js';
import { PatchbayError } from './patchbay-error.js';

/** Query of the next page of a list. Empty for the first page. */
export interface PageQuery {
  cursor?: string;
}

/** Page of a list, as the API returns it. */
export interface ListPage<T> {
  readonly data: readonly T[];
  /** Cursor of the next page. Null on the last page. */
  readonly nextCursor?: string | null;
}

/**
 * Iterates over the entries of a list, and reads each page when it is needed.
 * @param read reads one page. Spread `page` into the query: `query: { ...page, limit: 200 }`
 * @throws PatchbayError if a call fails, or if an answer is not a page or names its own page as the next one
 */
export async function* entriesOf<T>(
  read: (page: PageQuery) => Promise<{ data?: ListPage<T>; response: Response }>,
): AsyncGenerator<T, void, undefined> {
  for (let page: PageQuery = {}; ;) {
    const { data, nextCursor } = await answerOf(read(page));
    if (!Array.isArray(data) || (typeof nextCursor === 'string' && nextCursor === page.cursor)) {
      throw new PatchbayError('unreadable', { status: 200 });
    }
    yield* data;
    if (typeof nextCursor !== 'string') return;
    page = { cursor: nextCursor };
  }
}
