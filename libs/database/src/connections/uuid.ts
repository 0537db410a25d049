const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** UUID of no row. */
export const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/** Returns true if a text from outside the hub is a valid UUID. PostgreSQL fails a statement with an invalid UUID. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
