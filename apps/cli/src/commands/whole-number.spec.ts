import { describe, expect, it } from '@jest/globals';
import { wholeNumber } from './whole-number.js';

describe('wholeNumber', () => {
  it.each([
    ['0', 0],
    ['3000', 3_000],
    ['65535', 65_535],
  ])('reads %s', (text, number) => {
    expect(wholeNumber(0, 65_535)(text)).toBe(number);
  });

  it.each(['', ' ', '-1', '65536', '1.5', '1e3', '0x10', 'x', '9'.repeat(400)])('refuses "%s"', (text) => {
    expect(() => wholeNumber(0, 65_535)(text)).toThrow('Use a whole number from 0 to 65535.');
  });
});
