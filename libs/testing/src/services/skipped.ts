/** Service that is not available on this machine. */
export interface Skipped {
  /** Name of the missing service, and how to install the service. */
  readonly skipped: string;
}

/**
 * Prints a warning that tests are skipped. If `CI` is set, no test may be skipped.
 * @throws Error if `CI` is set
 */
export function skip(reason: string): Skipped {
  const ci = process.env['CI'];
  if (ci !== undefined && ci !== '' && ci !== 'false') throw new Error(`${reason} (CI is set, so this is a failure.)`);
  process.stderr.write(`\n  SKIPPED: ${reason}\n\n`);
  return { skipped: reason };
}
