/** A service that this machine does not have. */
export interface Skipped {
  /** What is missing and how to get it. */
  readonly skipped: string;
}

/**
 * Says loudly that tests are left out. Where `CI` is set nothing may be left out.
 * @throws Error when `CI` is set
 */
export function skip(reason: string): Skipped {
  const ci = process.env['CI'];
  if (ci !== undefined && ci !== '' && ci !== 'false') throw new Error(`${reason} (CI is set, so this is a failure.)`);
  process.stderr.write(`\n  SKIPPED: ${reason}\n\n`);
  return { skipped: reason };
}
