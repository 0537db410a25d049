/** Maximum number of types in one query of the API. */
const MAX_TYPES = 20;

/** Returns true if one of the patterns takes an event type. A pattern ends with `*`, or is a complete type. */
export function takes(patterns: readonly string[], type: string): boolean {
  return patterns.some((pattern) => (pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type));
}

/**
 * Returns the event types for which to search: complete types, and the known types of the patterns. Null if every type is
 * taken, or if there are more types than a query can have.
 */
export function typesTaken(patterns: readonly string[], known: readonly string[]): string[] | null {
  if (patterns.includes('*')) return null;
  const complete = patterns.filter((pattern) => !pattern.endsWith('*'));
  const types = [...new Set([...complete, ...known.filter((type) => takes(patterns, type))])].sort();
  return types.length === 0 || types.length > MAX_TYPES ? null : types;
}
