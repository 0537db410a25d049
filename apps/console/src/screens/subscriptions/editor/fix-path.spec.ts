import { describe, expect, it } from '@jest/globals';
import { fixPath } from './fix-path';

describe('fixPath', () => {
  it('replaces a path in all templates, but not longer paths', () => {
    const mapping = { body: '{{ data.point }} of {{ data.points }} {{ x.data.point }}', items: ['{{data.point}}'] };
    expect(fixPath(mapping, { path: 'data.point', suggestion: 'data.points' })).toEqual({
      body: '{{ data.points }} of {{ data.points }} {{ x.data.point }}',
      items: ['{{data.points}}'],
    });
  });
});
