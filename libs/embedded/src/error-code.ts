/**
 * The code of a system error such as `ENOENT`, or undefined for anything else. Told by its shape:
 * `instanceof Error` is false for the system's errors within Jest, whose tests have globals of their own.
 */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
