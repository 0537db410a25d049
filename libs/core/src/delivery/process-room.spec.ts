import { describe, expect, it } from '@jest/globals';
import { Lane } from './lane.js';
import { ProcessRoom } from './process-room.js';

const LIMIT = 16;

function room() {
  const woken: string[] = [];
  const process = new ProcessRoom(LIMIT, (destinationId) => woken.push(destinationId));
  const lanes = new Map<string, Lane>();
  const lane = (id: string): Lane => {
    const one = lanes.get(id) ?? new Lane(id, `brand of ${id}`);
    lanes.set(id, one);
    return one;
  };
  const roomFor = (id: string): number => process.roomFor(lane(id), performance.now());
  const take = (id: string, calls: number): void => process.take(lane(id), calls, performance.now());
  const giveBack = (id: string, calls: number): void => process.giveBack(lane(id), calls);
  /** Waits until its slice is over. */
  const leave = (id: string): Promise<boolean> => process.waitFor(lane(id), 1);
  return { woken, process, lane, roomFor, take, giveBack, leave };
}

describe('ProcessRoom', () => {
  it('counts what is taken, for all and for each brand, until it is given back', () => {
    const { roomFor, take, giveBack } = room();
    expect(roomFor('a')).toBeGreaterThanOrEqual(LIMIT / 2);
    take('a', LIMIT / 2);
    take('b', LIMIT / 2);
    expect([roomFor('a'), roomFor('b'), roomFor('c')]).toEqual([0, 0, 0]);
    giveBack('b', LIMIT / 2);
    expect(roomFor('a')).toBeLessThan(roomFor('c'));
    giveBack('a', LIMIT / 2);
    expect(roomFor('a')).toBe(roomFor('c'));
  });

  it('lets a slice go on when there is room for its destination', async () => {
    const { woken, process, lane, take, giveBack } = room();
    take('a', LIMIT);
    const waited = process.waitFor(lane('b'), 60_000);
    expect(process.awaits(lane('b'))).toBe(true);
    giveBack('a', 4);
    expect(await waited).toBe(true);
    expect([process.awaits(lane('b')), woken]).toEqual([false, []]);
  });

  it('wakes a destination whose slice has left, once; another slice of it has nothing to wait for', async () => {
    const { woken, process, lane, take, giveBack, leave } = room();
    take('a', LIMIT);
    expect(await leave('b')).toBe(false);
    expect(await process.waitFor(lane('b'), 60_000)).toBe(false);
    giveBack('a', 4);
    giveBack('a', 4);
    expect(woken).toEqual(['b']);
  });

  it('asks who waits longest first, and passes over those that have their share', async () => {
    const { woken, take, giveBack, leave } = room();
    take('a', 9);
    take('b', 4);
    take('c', 3);
    for (const id of ['a', 'd', 'e']) await leave(id);
    giveBack('c', 2);
    expect(woken).toEqual(['d']);
    giveBack('c', 1);
    expect(woken).toEqual(['d', 'e']);
  });

  it('offers what a destination gives back to itself, too', async () => {
    const { woken, take, giveBack, leave } = room();
    take('a', 8);
    take('b', 8);
    await leave('b');
    await leave('a');
    giveBack('a', 7);
    expect(woken).toContain('a');
  });

  it('wakes all once nobody has to share, so that none is left when the last call has ended', async () => {
    const { woken, take, giveBack, leave } = room();
    take('a', LIMIT);
    const others = Array.from({ length: 50 }, (_, index) => `other-${index}`);
    await Promise.all(others.map(leave));
    for (let ended = 0; ended < LIMIT; ended += 1) giveBack('a', 1);
    expect(woken.toSorted()).toEqual(others.toSorted());
  });
});
