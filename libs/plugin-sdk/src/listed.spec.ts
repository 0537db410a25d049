import { describe, expect, it } from '@jest/globals';
import { listed } from './listed.js';

describe('listed', () => {
  it('lists every name of a short list, and counts the rest of a long list', () => {
    expect(listed(['to'])).toBe('to');
    expect(listed(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c, d, e');
    expect(listed(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more');
  });
});
