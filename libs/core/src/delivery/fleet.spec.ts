import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Fleet } from './fleet.js';

const destinations = Array.from({ length: 300 }, () => randomUUID());
const counted = (...ids: string[]) => ids.map((id) => ({ id, countsInMs: 0, silentMs: 0 }));

/** A watch that a test sets. */
function watch(): { elapsedMs: number } {
  return { elapsedMs: 0 };
}

function fleet(ids: readonly string[]): Fleet[] {
  return ids.map((id) => {
    const one = new Fleet(id);
    one.update(counted(...ids), watch());
    return one;
  });
}

describe('Fleet', () => {
  it('gives each destination to one worker, by what all of them can tell, and each its part', () => {
    const all = fleet(['a', 'b', 'c']);
    const owners = destinations.map((id) => all.filter((worker) => worker.owns(id)).map((worker) => worker.id));
    expect(owners.every((of) => of.length === 1)).toBe(true);
    for (const id of ['a', 'b', 'c']) expect(owners.filter(([owner]) => owner === id).length).toBeGreaterThan(50);
  });

  it('lets workers that find the same work begin with different parts of it, and leave nothing out', () => {
    const all = fleet(['a', 'b', 'c']);
    const orders = all.map((worker) => worker.preferredFirst(destinations));
    for (const order of orders) expect([...order].sort()).toEqual([...destinations].sort());
    const first = orders.map((order) => order.slice(0, 50));
    expect(new Set(first.flat()).size).toBe(150);
  });

  it('moves only what was a worker’s when that goes', () => {
    const before = fleet(['a', 'b', 'c']);
    const after = fleet(['a', 'b']);
    for (const id of destinations.filter((one) => before[2]?.owns(one) !== true)) {
      expect(after.map((worker) => worker.owns(id))).toEqual(before.slice(0, 2).map((worker) => worker.owns(id)));
    }
  });

  it('leaves a new worker out, in its own eyes too, until all know of it', () => {
    const [old, fresh] = [new Fleet('old'), new Fleet('new')];
    const since = watch();
    const workers = [
      { id: 'old', countsInMs: 0, silentMs: 0 },
      { id: 'new', countsInMs: 5_000, silentMs: 0 },
    ];
    old.update(workers, since);
    fresh.update(workers, since);
    expect(destinations.every((id) => old.owns(id) && !fresh.owns(id))).toBe(true);
    const later = watch();
    const counting = workers.map((one) => ({ ...one, countsInMs: one.countsInMs - 4_000 }));
    since.elapsedMs = 4_000;
    old.update(counting, later);
    fresh.update(counting, later);
    [since.elapsedMs, later.elapsedMs] = [5_000, 1_000];
    expect(destinations.some((id) => fresh.owns(id) && !old.owns(id))).toBe(true);
    expect(destinations.filter((id) => fresh.owns(id) && old.owns(id))).toEqual([]);
  });

  it('counts itself later than the others do, by as long as the answer to its beat took', () => {
    const [old, fresh] = [new Fleet('old'), new Fleet('new')];
    const workers = [
      { id: 'old', countsInMs: 0, silentMs: 0 },
      { id: 'new', countsInMs: 3_000, silentMs: 0 },
    ];
    const since = watch();
    old.update(workers, since);
    since.elapsedMs = 700;
    fresh.update(workers, since);
    since.elapsedMs = 3_000;
    expect(destinations.some((id) => fresh.owns(id))).toBe(false);
    expect(destinations.every((id) => old.owns(id))).toBe(false);
    since.elapsedMs = 3_700;
    expect(destinations.some((id) => fresh.owns(id))).toBe(true);
  });

  it('owns nothing, alone or not, when its last beat was so long ago that others may have taken over', () => {
    const alone = new Fleet('a');
    expect(alone.owns('x')).toBe(false);
    const since = watch();
    alone.update(counted('a'), since);
    expect(alone.owns('x')).toBe(true);
    since.elapsedMs = 4_000;
    expect(alone.owns('x')).toBe(true);
    since.elapsedMs = 4_001;
    expect(alone.owns('x')).toBe(false);
  });

  it('owns what it owns since the workers that count last changed', () => {
    const one = new Fleet('a');
    one.update(counted('a'), watch());
    const { ownsSince } = one;
    one.update(counted('a'), watch());
    expect(one.ownsSince).toBe(ownsSince);
    one.update(counted('a', 'b'), watch());
    const since = one.ownsSince;
    expect(since).toBeGreaterThan(ownsSince);
    one.update(counted('b', 'a'), watch());
    expect(one.ownsSince).toBe(since);
    one.update([{ id: 'a', countsInMs: 5_000, silentMs: 0 }], watch());
    expect(one.ownsSince).toBeGreaterThan(since);
  });

  it('serves at once when it joins, and what a dead worker served before anybody owns it', () => {
    const [old, fresh] = [new Fleet('old'), new Fleet('new')];
    const both = [
      { id: 'old', countsInMs: 0, silentMs: 800 },
      { id: 'new', countsInMs: 5_000, silentMs: 0 },
    ];
    for (const worker of [old, fresh]) worker.update(both, watch());
    const servers = destinations.map((id) =>
      [old, fresh].filter((worker) => worker.serves(id)).map(({ id: by }) => by),
    );
    expect(servers.every((by) => by.length === 1)).toBe(true);
    expect(new Set(servers.flat())).toEqual(new Set(['old', 'new']));
    fresh.update([{ id: 'old', countsInMs: 0, silentMs: 2_600 }, ...both.slice(1)], watch());
    expect(destinations.every((id) => fresh.serves(id))).toBe(true);
    expect(destinations.some((id) => fresh.owns(id))).toBe(false);
  });
});
