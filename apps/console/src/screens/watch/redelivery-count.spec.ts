import { describe, expect, it } from '@jest/globals';
import { sumOf } from './redelivery-count';

describe('the counts of a redelivery in several calls', () => {
  it('are added, by the reason of what is left out', () => {
    const refused = (reason: string, count: number) => ({ code: 'changed' as const, reason, count, deliveries: ['d'] });
    const first = { count: 500, refused: [refused('waits', 2)] };
    const further = { count: 20, refused: [refused('waits', 1), refused('erased', 1)] };
    expect(sumOf(first, further)).toEqual({ count: 520, refused: [refused('waits', 3), refused('erased', 1)] });
  });
});
