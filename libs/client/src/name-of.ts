/** Returns the name of an error, such as `AbortError`. Works for errors of another window or context, too. */
export function nameOf(error: unknown): string {
  const isNamed = typeof error === 'object' && error !== null && 'name' in error;
  return isNamed && typeof error.name === 'string' ? error.name : '';
}
