import { hash, timingSafeEqual } from 'node:crypto';

/**
 * Cache of the digests of secrets, because every request compares them. An entry exists as long as its list is in the
 * configuration.
 */
const digestsOfLists = new WeakMap<readonly string[], readonly Buffer[]>();

/**
 * Returns true if a text equals one of the secrets. All secrets are compared in constant time, so the duration reveals
 * neither the position of a difference nor the length of a secret. An empty secret never matches.
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
