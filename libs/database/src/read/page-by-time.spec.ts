import { describe, expect, it, jest } from '@jest/globals';
import { CursorError, timeOfUuidV7, uuidV7, type Page } from '@patchbay/core';
import { randomUUID } from 'node:crypto';
import { lowestIdAt } from '../partitions/daily-partitions.js';
import type { TimeWindow } from '../partitions/time-window.js';
import { seededRandom } from '../testing/seeded-random.js';
import { NOTHING, pageByTime, type ListRequest, type ReadTimeWindow } from './page-by-time.js';

const NOW = Date.UTC(2026, 10, 24, 12);
const DAY_MS = 86_400_000;
const clock = { now: () => NOW };
const list = { kind: 'events', brandId: randomUUID() } as const;

interface Row {
  readonly id: string;
}

/** Returns a function that reads an array of rows, and a list of the time windows that were requested. */
function arrayReader(rows: readonly Row[]): { readonly read: ReadTimeWindow<Row>; readonly requested: TimeWindow[] } {
  const requested: TimeWindow[] = [];
  return {
    requested,
    read: (window, limit) => {
      requested.push(window);
      const within = rows.filter(({ id }) => id >= window.from && id < window.before);
      return Promise.resolve({ rows: within.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit) });
    },
  };
}

const request = (
  limit: number,
  cursor: string | null = null,
  range: ListRequest['range'] = {},
  maxSearchMs = 2_000,
): ListRequest => ({
  list,
  range,
  page: { limit, cursor, maxSearchMs },
  oldestId: () => Promise.resolve(lowestIdAt(0)),
});

describe('pageByTime', () => {
  it('returns every row once, newest first, for any page sizes and distances of rows', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    process.stderr.write(`seed ${seed}\n`);
    const random = seededRandom(seed);
    for (let round = 0; round < 20; round += 1) {
      const rows = Array.from({ length: Math.floor(random() * 60) }, () => ({
        id: uuidV7(Math.floor(NOW + 8 * DAY_MS - random() ** 4 * 500 * DAY_MS)),
      }));
      const { read } = arrayReader(rows);
      const ids: string[] = [];
      let cursor: string | null = null;
      do {
        // A page without time for the search ends after the first window. The other pages reach the longest windows.
        const maxSearchMs = random() < 0.5 ? 0 : 2_000;
        const wanted = request(1 + Math.floor(random() * 20), cursor, {}, maxSearchMs);
        const page: Page<Row> = await pageByTime(wanted, clock, read);
        ids.push(...page.data.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(ids).toEqual(
        rows
          .map(({ id }) => id)
          .sort()
          .reverse(),
      );
    }
  });

  it('returns a cursor only if there are more rows, also after a full page', async () => {
    const { read } = arrayReader([{ id: uuidV7(NOW) }, { id: uuidV7(NOW - 1) }]);
    expect((await pageByTime(request(2), clock, read)).nextCursor).toBeNull();
    expect((await pageByTime(request(1), clock, read)).nextCursor).not.toBeNull();
  });

  it('reads the last hour first, then longer time windows without overlap, to the end', async () => {
    const { read, requested } = arrayReader([]);
    expect(await pageByTime(request(10), clock, read)).toEqual({ data: [], nextCursor: null });
    const lengths = requested.slice(0, 4).map(({ from }) => (NOW - timeOfUuidV7(from)) / 3_600_000);
    expect(lengths).toEqual([1, 5, 21, 85]);
    expect(requested.slice(1).map(({ before }) => before)).toEqual(requested.slice(0, -1).map(({ from }) => from));
    expect(requested.length).toBeLessThan(25);
    expect(timeOfUuidV7(requested.at(-1)?.from ?? '')).toBe(0);
    expect(Math.max(...requested.slice(1, -1).map((one) => timeOfUuidV7(one.before) - timeOfUuidV7(one.from)))).toBe(
      32 * DAY_MS,
    );
  });

  it('reads no time window before the oldest row, after the windows have become long', async () => {
    const { read, requested } = arrayReader([]);
    const oldest = NOW - 100 * DAY_MS;
    const oldestId = jest.fn(() => Promise.resolve(lowestIdAt(oldest)));
    expect(await pageByTime({ ...request(10), oldestId }, clock, read)).toEqual({ data: [], nextCursor: null });
    expect(timeOfUuidV7(requested.at(-1)?.from ?? '')).toBe(oldest);
    expect(requested.length).toBeLessThan(12);
    expect(oldestId).toHaveBeenCalledTimes(1);
  });

  it('stays within the requested range, and reads nothing for an empty range', async () => {
    const { read, requested } = arrayReader([]);
    await pageByTime(request(10, null, { from: NOW - 50 * DAY_MS, to: NOW - 20 * DAY_MS }), clock, read);
    expect([timeOfUuidV7(requested.at(-1)?.from ?? ''), timeOfUuidV7(requested[0]?.before ?? '')]).toEqual([
      NOW - 50 * DAY_MS,
      NOW - 20 * DAY_MS,
    ]);
    const none = arrayReader([{ id: uuidV7(NOW) }]);
    expect(await pageByTime(request(10, null, { from: NOW, to: NOW }), clock, none.read)).toEqual({
      data: [],
      nextCursor: null,
    });
    expect(none.requested).toEqual([]);
  });

  it('ends a page early when it takes too long, with a cursor that continues', async () => {
    const rows = [{ id: uuidV7(NOW - 300 * DAY_MS) }];
    const { read, requested } = arrayReader(rows);
    const first = await pageByTime(request(10, null, {}, 0), clock, read);
    expect(first.data).toEqual([]);
    expect(requested).toHaveLength(1);
    const second = await pageByTime(request(10, first.nextCursor), clock, read);
    expect(second).toEqual({ data: rows, nextCursor: null });
    expect(requested[1]?.before).toBe(requested[0]?.from);
    const oldestId = () => Promise.resolve(lowestIdAt(NOW));
    expect(await pageByTime({ ...request(10, null, {}, 0), oldestId }, clock, read)).toEqual({
      data: [],
      nextCursor: null,
    });
  });

  it('reads the longest time windows if an index leads to the rows alone', async () => {
    const { read, requested } = arrayReader([]);
    const selective: ReadTimeWindow<Row> = async (window, limit) => ({
      ...(await read(window, limit)),
      isSelective: true,
    });
    const oldestId = () => Promise.resolve(lowestIdAt(NOW - 40 * DAY_MS));
    await pageByTime({ ...request(10), oldestId }, clock, selective);
    expect(requested.map(({ from }) => (NOW - timeOfUuidV7(from)) / 3_600_000)).toEqual([1, 769, 960]);
  });

  it('continues in a time window that was read in part, and stops if there can be no rows', async () => {
    const ids = Array.from({ length: 10 }, (_, i) => uuidV7(NOW - i));
    let calls = 0;
    const oneRowPerCall: ReadTimeWindow<Row> = ({ from, before }) => {
      calls += 1;
      const id = ids.find((one) => one >= from && one < before);
      return Promise.resolve(id === undefined ? { rows: [] } : { rows: [{ id }], reached: id });
    };
    expect((await pageByTime(request(100), clock, oneRowPerCall)).data).toHaveLength(10);
    expect(calls).toBeGreaterThan(10);
    const { read, requested } = arrayReader([]);
    const endingReader: ReadTimeWindow<Row> = async (window, limit) => ({ ...(await read(window, limit)), ...NOTHING });
    expect(await pageByTime(request(100), clock, endingReader)).toEqual({ data: [], nextCursor: null });
    expect(requested).toHaveLength(1);
  });

  it.each([
    [0, 1],
    [-5, 1],
    [2.9, 2],
    [5_000, 1_000],
  ])('treats a limit of %d as %d', async (limit, taken) => {
    const { read } = arrayReader(Array.from({ length: 1_001 }, (_, i) => ({ id: uuidV7(NOW - i) })));
    expect((await pageByTime(request(limit), clock, read)).data).toHaveLength(taken);
  });

  it('refuses an invalid cursor before it reads anything', async () => {
    const { read, requested } = arrayReader([]);
    await expect(pageByTime(request(10, 'forged'), clock, read)).rejects.toThrow(CursorError);
    expect(requested).toEqual([]);
  });
});
