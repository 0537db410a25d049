import { describe, expect, it } from '@jest/globals';
import { uniqueWarnings, warningsBelow } from './warnings';

describe('warnings', () => {
  it('belong to an entry of a route in both spellings of its place, and to no other entry', () => {
    const warnings = ['route.1.when.data.x', 'route[1].mapping.body', 'route.10.when.data.x', 'when.data.x'].map(
      (field) => ({ field, path: 'data.x' }),
    );
    expect(warningsBelow(warnings, 'route.1')).toEqual([
      { field: 'when.data.x', path: 'data.x' },
      { field: 'mapping.body', path: 'data.x' },
    ]);
  });

  it('are shown once, although two previews found them', () => {
    const body = { field: 'mapping.body', path: 'data.x' };
    const other = { field: 'mapping.body', path: 'data.y' };
    expect(uniqueWarnings([body, other, { ...body }])).toEqual([body, other]);
  });

  it('show the first warning of a path in a field', () => {
    const unknown = { field: 'mapping.body', path: 'data.x', message: 'is unknown' };
    expect(uniqueWarnings([unknown, { ...unknown, message: 'was empty' }])).toEqual([unknown]);
  });
});
