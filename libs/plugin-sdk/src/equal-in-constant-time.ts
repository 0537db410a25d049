import { timingSafeEqual } from 'node:crypto';

/**
 * Whether a signature or token that was given is the expected one. For `authenticate`: a plain comparison takes the
 * longer the more of a guess is right, and `timingSafeEqual` alone throws where the lengths differ.
 */
export function equalInConstantTime(given: string | Uint8Array, expected: string | Uint8Array): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
