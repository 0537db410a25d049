import { describe, expect, it } from '@jest/globals';
import { LatencyTracker } from './latency-tracker.js';

describe('LatencyTracker', () => {
  it('returns unknown before a call has ended', () => {
    const tracker = new LatencyTracker();
    tracker.begin(5_000);
    expect(tracker.speed(true, 5_900)).toBe('unknown');
    expect(tracker.speed(false, 90_000)).toBe('unknown');
  });

  it('uses the mean of recent calls, so that a single slow call does not change the speed', () => {
    const tracker = new LatencyTracker();
    tracker.begin(0);
    for (let index = 1; index <= 20; index += 1) tracker.recordCall(50, index);
    expect(tracker.speed(true, 20)).toBe('fast');
    tracker.recordCall(5_000, 21);
    expect(tracker.speed(true, 21)).toBe('fast');
    tracker.recordCall(12_000, 22);
    expect(tracker.speed(true, 22)).toBe('slow');
    for (let index = 23; index <= 40; index += 1) tracker.recordCall(50, index);
    expect(tracker.speed(true, 40)).toBe('fast');
  });

  it('returns slow for a fast destination if calls are running and none ends', () => {
    const tracker = new LatencyTracker();
    tracker.begin(0);
    tracker.recordCall(50, 50);
    expect(tracker.speed(true, 1_000)).toBe('fast');
    expect(tracker.speed(true, 1_051)).toBe('slow');
    expect(tracker.speed(false, 1_051)).toBe('fast');
    tracker.begin(60_000);
    expect(tracker.speed(true, 60_900)).toBe('fast');
  });
});
