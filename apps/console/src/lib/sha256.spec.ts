import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Sha256 } from './sha256';

describe('Sha256', () => {
  it.each([0, 1, 55, 56, 63, 64, 65, 119, 120, 1_000_003])('hashes %i bytes in parts of any size', (length) => {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 31) % 251);
    const hash = new Sha256();
    for (let start = 0, size = 1; start < length; start += size, size = (size * 7) % 4_099) {
      hash.update(bytes.subarray(start, start + size));
    }
    expect(hash.hex()).toBe(createHash('sha256').update(bytes).digest('hex'));
  });
});
