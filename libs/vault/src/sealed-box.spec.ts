import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { openBox, sealBox } from './sealed-box.js';

describe('sealBox', () => {
  it('never reuses a nonce, even when the nonce pool is refilled', () => {
    const key = randomBytes(32);
    const associated = Buffer.from('brand/context');
    const boxes = Array.from({ length: 1_000 }, () => sealBox(key, associated, Buffer.from('text')));
    expect(new Set(boxes.map((box) => box.subarray(1, 13).toString('hex'))).size).toBe(1_000);
    expect(boxes.every((box) => openBox(key, associated, box).toString() === 'text')).toBe(true);
  });
});
