import { hash, timingSafeEqual } from 'node:crypto';

/** Of lists of secrets, for as long as they are in the configuration: they are compared with at every call. */
const digestsOfLists = new WeakMap<readonly string[], readonly Buffer[]>();

/**
 * Whether a text equals any of the secrets, in a time that tells nothing about where they differ or how long a secret is;
 * all are compared, whichever matches. An empty secret never matches.
 */
export function equalsAny(given: string, secrets: readonly string[]): boolean {
  const shown = digest(given);
  return digestsOf(secrets).reduce(
    (found, expected, index) => (timingSafeEqual(shown, expected) && secrets[index] !== '') || found,
    false,
  );
}

function digestsOf(secrets: readonly string[]): readonly Buffer[] {
  const known = digestsOfLists.get(secrets);
  if (known !== undefined) return known;
  const digests = secrets.map(digest);
  digestsOfLists.set(secrets, digests);
  return digests;
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
