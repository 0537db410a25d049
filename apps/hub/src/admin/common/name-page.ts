import { ProblemError } from '../../http/problem.js';

/** A page of records in memory, ordered by name. */
export interface NamePage<T> {
  readonly data: readonly T[];
  readonly nextCursor: string | null;
}

/**
 * Returns one page in the order of names. If records are added or removed between the requests of two pages, every
 * other record is still listed exactly once.
 * @throws ProblemError 400 if the cursor was not issued by this list
 */
export function pageByName<T>(
  all: readonly T[],
  nameOf: (entry: T) => string,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): NamePage<T> {
  const after = cursor === undefined ? '' : nameIn(cursor);
  const rest = all
    .filter((entry) => cursor === undefined || nameOf(entry) > after)
    .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const data = rest.slice(0, limit);
  const last = data.at(-1);
  return { data, nextCursor: last === undefined || data.length === rest.length ? null : cursorAt(nameOf(last)) };
}

function cursorAt(name: string): string {
  return Buffer.from(name).toString('base64url');
}

function nameIn(cursor: string): string {
  const name = Buffer.from(cursor, 'base64url').toString('utf8');
  if (cursorAt(name) === cursor && /^[\w-]+([./][\w-]+)*$/.test(name)) return name;
  throw new ProblemError(
    400,
    'The cursor in the query is invalid. Use nextCursor of the previous page, or omit cursor for the first page.',
    [{ field: 'cursor', detail: 'must be the nextCursor of a page of this list' }],
  );
}
