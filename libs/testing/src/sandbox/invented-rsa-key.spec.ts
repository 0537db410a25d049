import { createPublicKey, sign, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { inventedRsaKey } from './invented-rsa-key.js';

describe('inventedRsaKey', () => {
  it('derives the key from its name alone, and its public half verifies its signatures', () => {
    const key = inventedRsaKey('some vendor');
    const text = Buffer.from('news');
    const signature = sign('sha256', text, key);
    expect(verify('sha256', text, createPublicKey(inventedRsaKey('some vendor')), signature)).toBe(true);
    expect(verify('sha256', text, createPublicKey(inventedRsaKey('another vendor')), signature)).toBe(false);
    expect(verify('sha256', Buffer.from('other news'), createPublicKey(key), signature)).toBe(false);
  });
});
