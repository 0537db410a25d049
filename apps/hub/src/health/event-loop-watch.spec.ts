import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createLogger } from '../boot/logger.js';
import { EventLoopWatch, RecentStalls } from './event-loop-watch.js';

describe('RecentStalls', () => {
  it('reports the longest stall for 15 seconds after its end', () => {
    const stalls = new RecentStalls();
    expect(stalls.longestMs(0)).toBe(0);
    stalls.add({ endedAt: 1_000, ms: 6_000 });
    stalls.add({ endedAt: 9_000, ms: 200 });
    expect(stalls.longestMs(15_999)).toBe(6_000);
    expect(stalls.longestMs(16_000)).toBe(200);
    expect(stalls.longestMs(24_000)).toBe(0);
  });
});

describe('EventLoopWatch', () => {
  const lines: string[] = [];
  const watch = (): EventLoopWatch => new EventLoopWatch(createLogger('trace', { write: (line) => lines.push(line) }));
  afterEach(() => {
    jest.restoreAllMocks();
    lines.length = 0;
  });

  it('finds a stall that ends with the call, before its timer has run', () => {
    const now = jest.spyOn(performance, 'now').mockReturnValue(0);
    const watched = watch();
    expect([watched.isFit(), watched.longestStallMs()]).toEqual([true, 0]);
    now.mockReturnValue(5_500);
    expect([watched.isFit(), watched.longestStallMs()]).toEqual([false, 5_000]);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ level: 'error', stalledMs: 5_000 }]);
    watched.onApplicationShutdown();
  });

  it('stays fit after a short stall', () => {
    const now = jest.spyOn(performance, 'now').mockReturnValue(0);
    const watched = watch();
    now.mockReturnValue(5_400);
    expect([watched.isFit(), lines]).toEqual([true, []]);
    watched.onApplicationShutdown();
  });
});
