import { describe, expect, it } from '@jest/globals';
import { isWanted } from './file-filter.js';

describe('isWanted', () => {
  it.each([
    ['orders-1.csv', undefined],
    ['orders-1.csv', '*'],
    ['orders-1.csv', 'orders-1.csv'],
    ['orders-1.csv', 'orders-*.csv'],
    ['orders-.csv', 'orders-*.csv'],
    ['a-b-b-c', 'a*b*c'],
    ['a-b-b-c', '*b*b*'],
    ['(a+b).csv', '(a+b).*'],
  ])('takes %s for %s', (name, match) => expect(isWanted(name, match)).toBe(true));

  it.each([
    ['.orders.csv', '*'],
    ['orders.csv.part', '*'],
    ['orders-1.csv', 'orders-1'],
    ['orders-1.csv', 'orders-*.csv.csv'],
    ['other-orders-1.csv', 'orders-*.csv'],
    ['orders-1_csv', 'orders-*.csv'],
    // The two literal parts would overlap.
    ['aba', 'ab*ba'],
    ['abab', 'ab*b*ab'],
    ['folder/orders-1.csv', '*.csv'],
  ])('leaves out %s for %s', (name, match) => expect(isWanted(name, match)).toBe(false));

  it('leaves out names of more than 1,024 characters', () => {
    expect(isWanted('n'.repeat(1_024))).toBe(true);
    expect(isWanted('n'.repeat(1_025))).toBe(false);
  });

  it('needs no backtracking for a pattern of many parts', () => {
    expect(isWanted('a'.repeat(1_000), `${'a*'.repeat(50)}b`)).toBe(false);
  });
});
