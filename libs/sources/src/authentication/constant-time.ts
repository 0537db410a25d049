import { hash, timingSafeEqual } from 'node:crypto';

/** Digests of secrets, cached while their list is in the configuration, because every request compares them. */
const digestsOfLists = new WeakMap<readonly string[], readonly Buffer[]>();

/**
 * Returns true if a text equals one of the secrets. The duration does not reveal where they differ or how long a secret
 * is, because all secrets are compared. An empty secret never matches.
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
