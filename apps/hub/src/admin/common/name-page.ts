import { ProblemError } from '../../http/problem.js';

/** One page of what is held in memory, in the order of names. */
export interface NamePage<T> {
  readonly data: readonly T[];
  readonly nextCursor: string | null;
}

/**
 * Cuts a page by name, so that what is added or removed between two pages shifts nothing.
 * @throws ProblemError 400 where the cursor is none of this list
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
  throw new ProblemError(400, 'Some parameters of the query do not fit.', [
    { field: 'cursor', detail: 'cursor has to be the nextCursor of a page of this list' },
  ]);
}
