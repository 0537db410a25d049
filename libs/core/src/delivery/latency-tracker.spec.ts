import { describe, expect, it } from '@jest/globals';
import { LatencyTracker } from './latency-tracker.js';

describe('LatencyTracker', () => {
  it('knows nothing of a destination before a call has ended', () => {
    const tracker = new LatencyTracker();
    tracker.begin(5_000);
    expect(tracker.speed(true, 5_900)).toBe('unknown');
    expect(tracker.speed(false, 90_000)).toBe('unknown');
  });

  it('goes by the mean of the last calls, which one that takes long does not turn', () => {
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

  it('calls a fast destination slow when calls run and none ends', () => {
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
