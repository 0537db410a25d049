import { describe, expect, it } from '@jest/globals';
import { describeMismatch, type Mismatch } from './describe-mismatch.js';

const filter = (clause: object): Mismatch => ({
  matched: false,
  reason: 'filter',
  clause: { path: 'data.tier', operator: '$in', expected: ['gold'], actual: 'text', ...clause },
});

describe('describeMismatch', () => {
  it.each<readonly [Mismatch, string]>([
    [{ matched: false, reason: 'otherSource' }, 'The subscription takes events of another source.'],
    [
      { matched: false, reason: 'eventType', events: ['a', 'b*'] },
      'The subscription takes a, b*, not this event type.',
    ],
    [filter({}), 'data.tier is "text", but the filter requires $in ["gold"].'],
    [filter({ path: '', operator: '$not', expected: { a: 1 } }), 'The filter does not match: $not {"a":1}.'],
  ])('%j', (mismatch, words) => expect(describeMismatch(mismatch)).toBe(words));

  it('shortens long lists and values', () => {
    const events = Array.from({ length: 100 }, (_, index) => `type-${index}`);
    expect(describeMismatch({ matched: false, reason: 'eventType', events })).toContain('type-9 and 90 more');
    expect(describeMismatch(filter({ expected: 'x'.repeat(10_000) })).length).toBeLessThan(400);
  });
});
