import { describe, expect, it } from '@jest/globals';
import { destinationState, secondsToEmpty } from './destination-state';

const OPEN = {
  disabled: false,
  paused: false,
  pausedBy: null,
  health: { circuitBreaker: 'closed', failuresInARow: 0 },
} as const;

describe('destinationState', () => {
  it.each([
    [OPEN, 'open'],
    [{ ...OPEN, health: { circuitBreaker: 'closed', failuresInARow: 2 } }, 'failing'],
    [{ ...OPEN, health: { circuitBreaker: 'half_open', failuresInARow: 9 } }, 'probing'],
    [{ ...OPEN, health: { circuitBreaker: 'open', failuresInARow: 9 } }, 'blocked'],
    [{ ...OPEN, paused: true, pausedBy: 'hub', health: { circuitBreaker: 'open', failuresInARow: 9 } }, 'pausedByHub'],
    [{ ...OPEN, paused: true, pausedBy: 'person' }, 'pausedByPerson'],
    [{ ...OPEN, disabled: true, paused: true }, 'disabled'],
  ] as const)('is the most serious state', (destination, state) => {
    expect(destinationState(destination)).toBe(state);
  });
});

describe('secondsToEmpty', () => {
  it('is null for a backlog that does not get smaller', () => {
    expect(secondsToEmpty(100, 10, 10)).toBeNull();
    expect(secondsToEmpty(0, 10, 0)).toBeNull();
    expect(secondsToEmpty(100, 60, 10)).toBe(2);
  });
});
