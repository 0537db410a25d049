import { describe, expect, it } from '@jest/globals';
import { hashOfSecret } from '../keys/api-key.js';
import {
  bootstrapProof,
  createSessionToken,
  endOf,
  isBootstrapProof,
  latestEndOf,
  looksLikeSessionToken,
} from './session.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('the token of a session', () => {
  it('has 256 random bits, of which only the hash is stored', () => {
    const { token, hash } = createSessionToken((bytes) => new Uint8Array(bytes).fill(255));
    expect(token).toBe(`${'_'.repeat(42)}8`);
    expect(hash).toEqual(hashOfSecret(token));
    expect(createSessionToken().token).not.toBe(createSessionToken().token);
  });

  it.each([
    [createSessionToken().token, true],
    ['', false],
    ['x'.repeat(42), false],
    ['x'.repeat(44), false],
    [`${'x'.repeat(42)}+`, false],
  ])('%s has its format: %s', (text, expected) => expect(looksLikeSessionToken(text)).toBe(expected));
});

describe('the proof of PATCHBAY_ADMIN_KEY', () => {
  const [key, otherKey] = [hashOfSecret('admin key'), hashOfSecret('other key')];

  it('fits only the token and the key that it was made with', () => {
    const proof = bootstrapProof('token', key);
    expect(isBootstrapProof(proof, 'token', key)).toBe(true);
    expect(isBootstrapProof(proof, 'other token', key)).toBe(false);
    expect(isBootstrapProof(proof, 'token', otherKey)).toBe(false);
    expect(isBootstrapProof(new Uint8Array(), 'token', key)).toBe(false);
  });
});

describe('the end of a session', () => {
  it('is 60 minutes after the last use, but never after the latest end', () => {
    expect(endOf({ lastSeenAt: 0, latestEndsAt: 12 * HOUR })).toBe(HOUR);
    expect(endOf({ lastSeenAt: 11.5 * HOUR, latestEndsAt: 12 * HOUR })).toBe(12 * HOUR);
  });

  it('is 12 hours after the sign-in or the expiry of the key, whichever is earlier', () => {
    expect(latestEndOf(null, 5)).toBe(5 + 12 * HOUR);
    expect(latestEndOf(HOUR, 5)).toBe(HOUR);
    expect(latestEndOf(24 * HOUR, 5)).toBe(5 + 12 * HOUR);
  });
});
