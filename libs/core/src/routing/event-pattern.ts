/** Returns true if a pattern matches an event type: the type itself, `points*`, or `*`. */
export function matchesEventPattern(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
}
