import { describe, expect, it } from '@jest/globals';
import { Lane } from './lane.js';

describe('Lane', () => {
  it('counts what is in flight against a cap', () => {
    const lane = new Lane('d');
    lane.take(3);
    expect(lane.free(5)).toBe(2);
    expect(lane.free(2)).toBe(0);
    lane.giveBack(1);
    expect(lane.free(5)).toBe(3);
  });

  it('runs one slice at a time and tells it of a wake-up that came meanwhile', () => {
    const lane = new Lane('d');
    expect(lane.beginSlice()).toBe(true);
    expect(lane.beginSlice()).toBe(false);
    expect(lane.endSlice()).toBe(true);
    expect(lane.beginSlice()).toBe(true);
    expect(lane.endSlice()).toBe(false);
  });

  it('wakes the destination when a slot becomes free after a slice has left a full lane, once', () => {
    const lane = new Lane('d');
    lane.take(2);
    lane.park();
    expect(lane.giveBack(1)).toBe(true);
    expect(lane.giveBack(1)).toBe(false);
  });

  it('resumes a waiting slice instead of waking the destination', async () => {
    const lane = new Lane('d');
    lane.take(1);
    const waited = lane.waitForSlot(60_000);
    expect(lane.giveBack(1)).toBe(false);
    await waited;
  });

  it('is worth as much room for a claim as the last one suggests', () => {
    const lane = new Lane('d');
    const first = lane.worthClaiming;
    lane.claimed(first, first);
    expect(lane.worthClaiming).toBe(2 * first);
    lane.claimed(1, 1);
    expect(lane.worthClaiming).toBe(2 * first);
    lane.claimed(100, 30);
    expect(lane.worthClaiming).toBe(60);
    lane.claimed(60, 0);
    expect(lane.worthClaiming).toBe(first);
  });

  it('is kept while earlier calls count for its rate', () => {
    const lane = new Lane('d');
    const pacer = lane.keepTo({ ratePerSecond: 0.001, burst: 1 }, () => Number.NEGATIVE_INFINITY);
    expect([lane.idle, pacer?.idle()]).toEqual([true, true]);
    const turn = lane.turn();
    expect(lane.idle).toBe(false);
    expect(turn.write()).toBe(0);
    turn.end();
    expect(lane.idle).toBe(false);
    lane.keepTo(undefined, () => 0);
    expect(lane.idle).toBe(true);
  });
});
