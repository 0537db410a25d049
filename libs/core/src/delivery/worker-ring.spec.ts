import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { WorkerRing } from './worker-ring.js';

const destinations = Array.from({ length: 300 }, () => randomUUID());
const activeWorkers = (...ids: string[]) => ids.map((id) => ({ id, activeInMs: 0, sinceHeartbeatMs: 0 }));

/** Creates a stopwatch whose elapsed time the test sets. */
function watch(): { elapsedMs: number } {
  return { elapsedMs: 0 };
}

function ring(ids: readonly string[]): WorkerRing[] {
  return ids.map((id) => {
    const one = new WorkerRing(id);
    one.update(activeWorkers(...ids), watch());
    return one;
  });
}

describe('WorkerRing', () => {
  it('assigns each destination to one worker, and to each worker a share', () => {
    const all = ring(['a', 'b', 'c']);
    const owners = destinations.map((id) => all.filter((worker) => worker.owns(id)).map((worker) => worker.id));
    expect(owners.every((of) => of.length === 1)).toBe(true);
    for (const id of ['a', 'b', 'c']) expect(owners.filter(([owner]) => owner === id).length).toBeGreaterThan(50);
  });

  it('sorts the same destinations differently for each worker, and omits none', () => {
    const all = ring(['a', 'b', 'c']);
    const orders = all.map((worker) => worker.preferredFirst(destinations));
    for (const order of orders) expect([...order].sort()).toEqual([...destinations].sort());
    const first = orders.map((order) => order.slice(0, 50));
    expect(new Set(first.flat()).size).toBe(150);
  });

  it('moves only the destinations of a worker that leaves', () => {
    const before = ring(['a', 'b', 'c']);
    const after = ring(['a', 'b']);
    for (const id of destinations.filter((one) => before[2]?.owns(one) !== true)) {
      expect(after.map((worker) => worker.owns(id))).toEqual(before.slice(0, 2).map((worker) => worker.owns(id)));
    }
  });

  it('assigns nothing to a new worker until all workers have read of it', () => {
    const since = watch();
    const [old, fresh] = [new WorkerRing('old'), new WorkerRing('new', () => since.elapsedMs)];
    const workers = [
      { id: 'old', activeInMs: 0, sinceHeartbeatMs: 0 },
      { id: 'new', activeInMs: 5_000, sinceHeartbeatMs: 0 },
    ];
    old.update(workers, since);
    fresh.update(workers, since);
    expect(destinations.every((id) => old.owns(id) && !fresh.owns(id))).toBe(true);
    const later = watch();
    const counting = workers.map((one) => ({ ...one, activeInMs: one.activeInMs - 4_000 }));
    since.elapsedMs = 4_000;
    old.update(counting, later);
    fresh.update(counting, later);
    [since.elapsedMs, later.elapsedMs] = [5_000, 1_000];
    expect(destinations.some((id) => fresh.owns(id) && !old.owns(id))).toBe(true);
    expect(destinations.filter((id) => fresh.owns(id) && old.owns(id))).toEqual([]);
  });

  it('counts itself as an owner later than the others do, by the time that its heartbeat took', () => {
    const since = watch();
    const [old, fresh] = [new WorkerRing('old'), new WorkerRing('new', () => since.elapsedMs)];
    const workers = [
      { id: 'old', activeInMs: 0, sinceHeartbeatMs: 0 },
      { id: 'new', activeInMs: 3_000, sinceHeartbeatMs: 0 },
    ];
    old.update(workers, since);
    since.elapsedMs = 700;
    fresh.update(workers, since);
    since.elapsedMs = 3_000;
    expect(destinations.some((id) => fresh.owns(id))).toBe(false);
    expect(destinations.every((id) => old.owns(id))).toBe(false);
    since.elapsedMs = 3_700;
    expect(destinations.some((id) => fresh.owns(id))).toBe(true);
  });

  it('owns nothing once its last heartbeat is so old that other workers may have taken over', () => {
    const alone = new WorkerRing('a');
    expect(alone.owns('x')).toBe(false);
    const since = watch();
    alone.update(activeWorkers('a'), since);
    expect(alone.owns('x')).toBe(true);
    since.elapsedMs = 4_000;
    expect(alone.owns('x')).toBe(true);
    since.elapsedMs = 4_001;
    expect(alone.owns('x')).toBe(false);
  });

  it('owns destinations after the wall clock jumped forward and back during a heartbeat', () => {
    const workers = activeWorkers('here', 'other');
    const here = new WorkerRing('here');
    const [before, during] = [watch(), watch()];
    here.update(workers, before);
    [before.elapsedMs, during.elapsedMs] = [90 * 60_000 + 1_020, 90 * 60_000 + 20];
    here.update(workers, during);
    [before.elapsedMs, during.elapsedMs] = [2_000, 1_000];
    here.update(workers, watch());
    expect(destinations.some((id) => here.owns(id))).toBe(true);
  });

  it('returns the time of the last change of the owners as ownedSince', () => {
    const one = new WorkerRing('a');
    one.update(activeWorkers('a'), watch());
    const { ownedSince } = one;
    one.update(activeWorkers('a'), watch());
    expect(one.ownedSince).toBe(ownedSince);
    one.update(activeWorkers('a', 'b'), watch());
    const since = one.ownedSince;
    expect(since).toBeGreaterThan(ownedSince);
    one.update(activeWorkers('b', 'a'), watch());
    expect(one.ownedSince).toBe(since);
    one.update([{ id: 'a', activeInMs: 5_000, sinceHeartbeatMs: 0 }], watch());
    expect(one.ownedSince).toBeGreaterThan(since);
  });

  it('serves at once after joining, and serves a dead worker’s destinations before anybody owns them', () => {
    const [old, fresh] = [new WorkerRing('old'), new WorkerRing('new')];
    const both = [
      { id: 'old', activeInMs: 0, sinceHeartbeatMs: 800 },
      { id: 'new', activeInMs: 5_000, sinceHeartbeatMs: 0 },
    ];
    for (const worker of [old, fresh]) worker.update(both, watch());
    const servers = destinations.map((id) =>
      [old, fresh].filter((worker) => worker.serves(id)).map(({ id: by }) => by),
    );
    expect(servers.every((by) => by.length === 1)).toBe(true);
    expect(new Set(servers.flat())).toEqual(new Set(['old', 'new']));
    fresh.update([{ id: 'old', activeInMs: 0, sinceHeartbeatMs: 2_600 }, ...both.slice(1)], watch());
    expect(destinations.every((id) => fresh.serves(id))).toBe(true);
    expect(destinations.some((id) => fresh.owns(id))).toBe(false);
  });
});
