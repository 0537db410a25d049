/** Returns a field of a message as text. Empty if it is missing. */
export function textOf(message: Readonly<Record<string, unknown>>, field: string): string {
  const value = message[field];
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
}
