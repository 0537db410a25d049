import { describe, expect, it } from '@jest/globals';
import { PausedDestinations } from './paused-destinations.js';

const state = (seq: number, pauseSeq: number | null) => ({ destinationId: 'd', seq, pauseSeq, breaker: null });

describe('PausedDestinations', () => {
  it('has the number of the last pause of each paused destination', () => {
    const paused = new PausedDestinations();
    expect(paused.pauseSeqs.size).toBe(0);
    paused.refresh([state(7, 7)]);
    // The circuit breaker changed.
    paused.refresh([state(8, 7)]);
    expect([...paused.pauseSeqs]).toEqual([['d', 7]]);
    paused.refresh([state(9, null)]);
    expect(paused.pauseSeqs.size).toBe(0);
    paused.refresh([state(10, 10)]);
    expect([...paused.pauseSeqs]).toEqual([['d', 10]]);
  });
});
