import { describe, expect, it } from '@jest/globals';
import { defined } from './defined.js';

describe('defined', () => {
  it('leaves out undefined, and keeps every other value', () => {
    const members = defined({ a: undefined, b: null, c: '', d: 0, e: false });
    expect(Object.keys(members)).toEqual(['b', 'c', 'd', 'e']);
    expect(members).toEqual({ b: null, c: '', d: 0, e: false });
  });
});
