import { describe, expect, it } from '@jest/globals';
import { findTroubles, type Destination } from './find-troubles';

const NOW = Date.parse('2026-11-30T10:00:00Z');

function destination(name: string, change: Partial<Destination> = {}): Destination {
  return {
    name,
    paused: false,
    pausedBy: null,
    pausedAt: null,
    pausedUntil: null,
    pausedReason: null,
    disabled: false,
    health: {
      circuitBreaker: 'closed',
      openUntil: null,
      failingSince: null,
      lastSuccessAt: null,
      lastFailureAt: null,
      failuresInARow: 0,
    },
    ...change,
  };
}

const kinds = (...args: Parameters<typeof findTroubles>): string[] => findTroubles(...args).map(({ kind }) => kind);

describe('findTroubles', () => {
  it('finds none in healthy destinations', () => expect(kinds([destination('crm')], [], NOW)).toEqual([]));

  it('finds a destination that is behind only after a minute', () => {
    const backlog = { name: 'crm', waiting: 9, due: 9, oldestDueAt: '2026-11-30T09:58:59Z' };
    expect(kinds([destination('crm')], [backlog], NOW)).toEqual(['behind']);
    expect(kinds([destination('crm')], [{ ...backlog, oldestDueAt: '2026-11-30T09:59:30Z' }], NOW)).toEqual([]);
  });

  it('lists a pause of the hub before a pause of a person, and a disabled destination only if deliveries wait', () => {
    const destinations = [
      destination('a', { paused: true, pausedBy: 'person' }),
      destination('b', { paused: true, pausedBy: 'hub' }),
      destination('c', { disabled: true, paused: true, pausedBy: 'hub' }),
    ];
    expect(kinds(destinations, [], NOW)).toEqual(['pausedByHub', 'pausedByPerson']);
    const backlog = { name: 'c', waiting: 1, due: 0, oldestDueAt: null };
    expect(kinds(destinations, [backlog], NOW)).toEqual(['pausedByHub', 'disabled', 'pausedByPerson']);
  });
});
