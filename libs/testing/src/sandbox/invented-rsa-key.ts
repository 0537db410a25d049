import { checkPrimeSync, createHash, createPrivateKey, type KeyObject } from 'node:crypto';

const PRIME_BYTES = 64;
const EXPONENT = 65_537n;

/**
 * Derives a private RSA key from a name. Every process gets the same key, so a vendor and its caller share a key
 * without a key file in the repository. The key has 1,024 bits, so that it is computed in milliseconds; use it only in
 * tests.
 */
export function inventedRsaKey(name: string): KeyObject {
  const p = prime(`${name} p`);
  const q = prime(`${name} q`);
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n));
  const parts = { n: p * q, e: EXPONENT, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const jwk = Object.fromEntries(Object.entries(parts).map(([part, value]) => [part, base64url(value)]));
  return createPrivateKey({ key: { kty: 'RSA', ...jwk }, format: 'jwk' });
}

/** Returns the first prime after a number derived from the name. */
function prime(name: string): bigint {
  const half = (part: string): Buffer => createHash('sha256').update(`patchbay invented key ${name} ${part}`).digest();
  const bytes = Buffer.concat([half('high'), half('low')]);
  bytes[0] = (bytes[0] ?? 0) | 0xc0;
  bytes[PRIME_BYTES - 1] = (bytes[PRIME_BYTES - 1] ?? 0) | 1;
  let candidate = BigInt(`0x${bytes.toString('hex')}`);
  while ((candidate - 1n) % EXPONENT === 0n || !checkPrimeSync(candidate)) candidate += 2n;
  return candidate;
}

/** Returns the x with `value * x = 1` modulo a coprime number (extended Euclid). */
function inverse(value: bigint, modulus: bigint): bigint {
  let [rest, next] = [modulus, value % modulus];
  let [x, nextX] = [0n, 1n];
  while (next !== 0n) {
    const quotient = rest / next;
    [rest, next] = [next, rest - quotient * next];
    [x, nextX] = [nextX, x - quotient * nextX];
  }
  return x < 0n ? x + modulus : x;
}

function base64url(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url');
}
