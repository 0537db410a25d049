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

  it('keeps a rate, and says when the next call may go', () => {
    const lane = new Lane('d');
    expect(lane.allowance(2, 1_000)).toMatchObject({ calls: 2 });
    lane.spend(2);
    expect(lane.allowance(2, 1_000)).toEqual({ calls: 0, nextAt: 1_500 });
    expect(lane.allowance(2, 1_500)).toMatchObject({ calls: 1 });
    expect(lane.allowance(2, 60_000)).toMatchObject({ calls: 2 });
    const slow = new Lane('slow');
    expect(slow.allowance(0.1, 0)).toMatchObject({ calls: 1 });
    slow.spend(1);
    expect(slow.allowance(0.1, 0)).toEqual({ calls: 0, nextAt: 10_000 });
  });
});
