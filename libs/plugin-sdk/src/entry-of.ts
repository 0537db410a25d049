/**
 * Returns the entry of a table by a name that a vendor sent. Returns undefined for any other name, such as
 * `constructor`, and for a value that is neither text nor a number.
 */
export function entryOf<T>(table: Readonly<Record<string, T>>, name: unknown): T | undefined {
  const isName = typeof name === 'string' || typeof name === 'number';
  return isName && Object.hasOwn(table, name) ? table[name] : undefined;
}
