import { describe, expect, it } from '@jest/globals';
import { destinationState } from './destination-state';

const HEALTHY = {
  disabled: false,
  paused: false,
  pausedBy: null,
  health: { circuitBreaker: 'closed', failuresInARow: 0 },
} as const;

describe('destinationState', () => {
  it.each([
    [HEALTHY, 'healthy'],
    [{ ...HEALTHY, health: { circuitBreaker: 'closed', failuresInARow: 2 } }, 'failing'],
    [{ ...HEALTHY, health: { circuitBreaker: 'half_open', failuresInARow: 9 } }, 'probing'],
    [{ ...HEALTHY, health: { circuitBreaker: 'open', failuresInARow: 9 } }, 'blocked'],
    [
      { ...HEALTHY, paused: true, pausedBy: 'hub', health: { circuitBreaker: 'open', failuresInARow: 9 } },
      'pausedByHub',
    ],
    [{ ...HEALTHY, paused: true, pausedBy: 'person' }, 'pausedByPerson'],
    [{ ...HEALTHY, disabled: true, paused: true }, 'disabled'],
  ] as const)('is the most serious state', (destination, state) => {
    expect(destinationState(destination)).toBe(state);
  });
});
