import { ProblemError } from '../../http/problem.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Returns true for a UUID. PostgreSQL rejects a statement with any other text as an id. */
export function isStoredId(id: string): boolean {
  return UUID.test(id);
}

/** Converts an id to the form of the database. Throws a ProblemError 404 if it is not a UUID. */
export function storedId(id: string, kind: string): string {
  if (isStoredId(id)) return id.toLowerCase();
  throw notFound(kind, id);
}

/** Returns the value that was found. Throws a ProblemError 404 if the value is null. */
export function found<T>(value: T | null, kind: string, id: string): T {
  if (value === null) throw notFound(kind, id);
  return value;
}

function notFound(kind: string, id: string): ProblemError {
  return new ProblemError(
    404,
    `The brand has no ${kind} ${JSON.stringify(id)}. Check the id; the ${kind} may have been deleted after its ` +
      'retention period.',
  );
}
