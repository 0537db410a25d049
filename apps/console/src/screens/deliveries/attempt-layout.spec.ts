import { describe, expect, it } from '@jest/globals';
import { layOutAttempts } from './attempt-layout';

const START = Date.parse('2026-11-30T10:00:00.000Z');
const attempt = (afterMs: number, durationMs: number): { startedAt: string; durationMs: number } => ({
  startedAt: new Date(START + afterMs).toISOString(),
  durationMs,
});

describe('the timeline of attempts', () => {
  it('is empty without attempts', () => {
    expect(layOutAttempts([], null)).toMatchObject({ bars: [], gaps: [], nextX: null });
  });

  it('draws durations on a square-root scale and keeps short attempts visible', () => {
    const { bars } = layOutAttempts([attempt(0, 1), attempt(1_000, 10_000), attempt(20_000, 40_000)], null);
    expect(bars.map(({ width }) => Math.round(width))).toEqual([8, 120, 240]);
  });

  it('cuts waits of more than five minutes to one width', () => {
    const { gaps } = layOutAttempts([attempt(0, 0), attempt(300_000, 0), attempt(900_000, 0)], null);
    expect(gaps.map(({ cutMs }) => cutMs)).toEqual([null, 600_000]);
    expect(gaps[1]?.width).toBe(64);
  });

  it('never overlaps, and has the next attempt at its end', () => {
    const due = new Date(START + 7_200_000).toISOString();
    const { bars, gaps, nextX, width } = layOutAttempts([attempt(0, 200), attempt(5_000, 15_000)], due);
    const ends = [...bars, ...gaps].sort((a, b) => a.x - b.x);
    for (const [index, { x }] of ends.entries()) {
      const before = ends[index - 1];
      if (before !== undefined) expect(x).toBeCloseTo(before.x + before.width);
    }
    expect(gaps.at(-1)?.cutMs).toBe(7_180_000);
    expect(nextX).toBe(width - 8);
  });
});
