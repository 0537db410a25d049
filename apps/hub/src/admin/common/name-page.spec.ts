import { describe, expect, it } from '@jest/globals';
import { ProblemError } from '../../http/problem.js';
import { pageByName } from './name-page.js';

const names = ['d', 'b', 'a', 'c'];
const page = (all: readonly string[], limit: number, cursor?: string): ReturnType<typeof pageByName<string>> =>
  pageByName(all, (name) => name, { limit, cursor });

describe('pageByName', () => {
  it('returns each entry once, ordered by name', () => {
    const first = page(names, 3);
    expect(first.data).toEqual(['a', 'b', 'c']);
    const second = page(names, 3, first.nextCursor ?? '');
    expect(second).toEqual({ data: ['d'], nextCursor: null });
  });

  it('has no next page after a full last page', () => expect(page(names, 4).nextCursor).toBeNull());

  it('skips and repeats no entry when others are added and removed between pages', () => {
    const { nextCursor } = page(names, 2);
    expect(page(['aa', 'c', 'd'], 2, nextCursor ?? '').data).toEqual(['c', 'd']);
  });

  it.each(['', 'nonsense!', 'Li4v', '____'])('refuses a cursor that it did not issue: %j', (cursor) => {
    expect(() => page(names, 2, cursor)).toThrow(ProblemError);
  });
});
