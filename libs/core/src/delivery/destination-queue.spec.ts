import { describe, expect, it } from '@jest/globals';
import { DestinationQueue } from './destination-queue.js';

describe('DestinationQueue', () => {
  it('counts calls in flight', () => {
    const queue = new DestinationQueue('d');
    queue.reserve(3);
    expect(queue.inFlight).toBe(3);
    queue.release(1);
    expect(queue.inFlight).toBe(2);
  });

  it('runs one slice at a time, and reports a wake-up that arrived during the slice', () => {
    const queue = new DestinationQueue('d');
    expect(queue.beginSlice()).toBe(true);
    expect(queue.beginSlice()).toBe(false);
    expect(queue.endSlice()).toBe(true);
    expect(queue.beginSlice()).toBe(true);
    expect(queue.endSlice()).toBe(false);
  });

  it('wakes the destination once, at the first released slot after a slice ended for lack of one', () => {
    const queue = new DestinationQueue('d');
    queue.reserve(2);
    queue.wakeWhenFree();
    expect(queue.release(1)).toEqual(['d']);
    expect(queue.release(1)).toEqual([]);
  });

  it('resumes a waiting slice instead of waking the destination', async () => {
    const queue = new DestinationQueue('d');
    queue.reserve(1);
    const waited = queue.waitForSlot(60_000);
    expect(queue.release(1)).toEqual([]);
    await waited;
  });

  it('sizes the next claim by the result of the last one', () => {
    const queue = new DestinationQueue('d');
    const first = queue.claimLimit;
    queue.recordClaim(first, first);
    expect(queue.claimLimit).toBe(2 * first);
    queue.recordClaim(1, 1);
    expect(queue.claimLimit).toBe(2 * first);
    queue.recordClaim(100, 30);
    expect(queue.claimLimit).toBe(60);
    queue.recordClaim(60, 0);
    expect(queue.claimLimit).toBe(first);
  });

  it('is not idle while earlier calls count for its rate', () => {
    const queue = new DestinationQueue('d');
    queue.limits.setRate({ ratePerSecond: 0.001, burst: 1 }, () => Number.NEGATIVE_INFINITY);
    expect([queue.isIdle, queue.rateLimiter?.isIdle()]).toEqual([true, true]);
    const reservation = queue.rateLimiter?.reserve();
    expect(queue.isIdle).toBe(false);
    expect(reservation?.takeWriteSlot()).toBe(0);
    reservation?.end();
    expect(queue.isIdle).toBe(false);
    queue.limits.setRate(undefined, () => 0);
    expect(queue.isIdle).toBe(true);
  });
});
