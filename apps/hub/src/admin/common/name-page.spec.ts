import { describe, expect, it } from '@jest/globals';
import { ProblemError } from '../../http/problem.js';
import { pageByName } from './name-page.js';

const names = ['d', 'b', 'a', 'c'];
const page = (all: readonly string[], limit: number, cursor?: string): ReturnType<typeof pageByName<string>> =>
  pageByName(all, (name) => name, { limit, cursor });

describe('pageByName', () => {
  it('goes by name, page after page, each entry once', () => {
    const first = page(names, 3);
    expect(first.data).toEqual(['a', 'b', 'c']);
    const second = page(names, 3, first.nextCursor ?? '');
    expect(second).toEqual({ data: ['d'], nextCursor: null });
  });

  it('ends where the last page is full', () => expect(page(names, 4).nextCursor).toBeNull());

  it('is not shifted by what is added and removed meanwhile', () => {
    const { nextCursor } = page(names, 2);
    expect(page(['aa', 'c', 'd'], 2, nextCursor ?? '').data).toEqual(['c', 'd']);
  });

  it.each(['', 'nonsense!', 'Li4v', '____'])('refuses a cursor that it gave to nobody: %j', (cursor) => {
    expect(() => page(names, 2, cursor)).toThrow(ProblemError);
  });
});
