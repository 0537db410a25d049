import { describe, expect, it } from '@jest/globals';
import { figure, percent, table } from './table.mjs';

describe('table', () => {
  it('aligns the first column on the left and all others on the right', () => {
    expect(
      table([
        ['system', 'events/s', '×'],
        ['hub', '2,285', '1'],
        ['a long name', '9', '0.47'],
      ]),
    ).toBe(
      [
        'system       events/s     ×',
        '───────────────────────────',
        'hub             2,285     1',
        'a long name         9  0.47',
      ].join('\n'),
    );
  });
});

describe('figure', () => {
  it('keeps three digits of small numbers and groups the digits of large ones', () => {
    expect([10_994.4, 104.2, 99.96, 9.876, 0.6, -1.234].map(figure)).toEqual([
      '10,994',
      '104',
      '100',
      '9.88',
      '0.6',
      '-1.23',
    ]);
  });

  it('marks what is not a number', () => {
    expect([Number.NaN, Number.POSITIVE_INFINITY].map(figure)).toEqual(['–', '–']);
  });
});

describe('percent', () => {
  it('rounds to whole percents', () => {
    expect([0.456, 1.2, Number.NaN].map(percent)).toEqual(['46 %', '120 %', '–']);
  });
});
