import { timingSafeEqual } from 'node:crypto';

/**
 * Compares a given signature or token with the expected value. Use this function in `authenticate`, because the
 * duration of `===` reveals how much of a guess is right. `timingSafeEqual` alone throws if the lengths differ.
 */
export function equalInConstantTime(given: string | Uint8Array, expected: string | Uint8Array): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
