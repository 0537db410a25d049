import { describe, expect, it } from '@jest/globals';
import { isEmptyAt } from './empty-values.js';

const data = {
  none: null,
  blank: ' ',
  list: [],
  zero: 0,
  no: false,
  lines: [{ sku: '' }, { sku: 'x' }],
  map: { a: '' },
};

describe('isEmptyAt', () => {
  it.each(['none', 'blank', 'list', 'missing', 'none.below', 'map.a', 'map.*', 'zero.below'])(
    'data.%s is empty',
    (path) => {
      expect(isEmptyAt(data, `data.${path}`)).toBe(true);
    },
  );

  it.each(['zero', 'no', 'lines', 'lines.*.sku', 'map'])('data.%s is not empty', (path) => {
    expect(isEmptyAt(data, `data.${path}`)).toBe(false);
  });
});
