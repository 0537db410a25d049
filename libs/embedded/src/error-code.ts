/**
 * Returns the code of a system error such as `ENOENT`; undefined for anything else. Checks the object's shape, because
 * system errors are not `instanceof Error` inside Jest, whose tests have their own globals.
 */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
