import { ProblemError } from '../../http/problem.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** An id as the database takes it; what cannot be one is not found. */
export function storedId(id: string, kind: string): string {
  if (UUID.test(id)) return id.toLowerCase();
  throw notFound(kind, id);
}

/** Throws a ProblemError 404 where the brand has no such thing. */
export function found<T>(value: T | null, kind: string, id: string): T {
  if (value === null) throw notFound(kind, id);
  return value;
}

function notFound(kind: string, id: string): ProblemError {
  return new ProblemError(404, `The brand has no ${kind} ${JSON.stringify(id)}; perhaps its retention has passed.`);
}
