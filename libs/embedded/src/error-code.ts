/**
 * Returns the code of a system error such as `ENOENT`. Undefined for anything else. Checks the object's shape, because
 * tests in Jest have their own globals, so a system error is not `instanceof Error` there.
 */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
