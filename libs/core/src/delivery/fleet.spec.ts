import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Fleet } from './fleet.js';

const destinations = Array.from({ length: 300 }, () => randomUUID());
const counted = (...ids: string[]) => ids.map((id) => ({ id, countsInMs: 0 }));

function fleet(ids: readonly string[]): Fleet[] {
  return ids.map((id) => {
    const one = new Fleet(id, () => 0);
    one.update(counted(...ids));
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
    let now = 0;
    const [old, fresh] = ['old', 'new'].map((id) => new Fleet(id, () => now));
    const workers = [
      { id: 'old', countsInMs: 0 },
      { id: 'new', countsInMs: 3_000 },
    ];
    old?.update(workers);
    fresh?.update(workers);
    expect(destinations.every((id) => old?.owns(id) === true && fresh?.owns(id) === false)).toBe(true);
    now = 3_000;
    expect(destinations.some((id) => fresh?.owns(id) === true && old?.owns(id) === false)).toBe(true);
  });

  it('owns nothing when it was not heard of for so long that others have taken over', () => {
    let now = 0;
    const alone = new Fleet('a', () => now);
    expect(alone.owns('x')).toBe(false);
    alone.update(counted('a'));
    expect([alone.owns('x'), alone.alone]).toEqual([true, true]);
    now = 60_000;
    expect(alone.owns('x')).toBe(false);
  });
});
