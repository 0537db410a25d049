const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text that came from outside can be an id at all: PostgreSQL refuses the statement of one that cannot. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
