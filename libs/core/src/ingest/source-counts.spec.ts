import { describe, expect, it } from '@jest/globals';
import type { NewEvent, StoredOutcome } from './event-store.port.js';
import { CountingEventStore } from './source-counts.js';

const event = (sourceId: string, receivedAt: number, quarantineReason: string | null = null): NewEvent => ({
  ...{ id: 'e', brandId: 'b', sourceId, retentionDays: 30, type: 't', sourceEventId: 's', dedupeKey: 'k' },
  ...{ occurredAt: 0, receivedAt, customerIds: [], customerHashes: null, attributes: {}, data: {}, sealed: null },
  ...{ quarantineReason, erasedAt: null, overBudget: [], erasures: [], deliveries: [] },
});

describe('CountingEventStore', () => {
  it('counts stored events per source, without duplicates, and begins anew after each report', async () => {
    const outcomes: StoredOutcome[] = [
      { kind: 'accepted' },
      { kind: 'duplicate', eventId: 'x' },
      { kind: 'quarantined' },
      { kind: 'accepted' },
      { kind: 'accepted' },
    ];
    const store = new CountingEventStore({ storeGroup: () => Promise.resolve(outcomes) });
    const group = [event('a', 1), event('a', 9), event('a', 2), event('a', 3, 'not JSON'), event('b', 5)];
    expect(await store.storeGroup(1, group)).toBe(outcomes);
    expect(store.take()).toEqual([
      { sourceId: 'a', accepted: 1, quarantined: 2, lastEventAt: 3 },
      { sourceId: 'b', accepted: 1, quarantined: 0, lastEventAt: 5 },
    ]);
    expect(store.take()).toEqual([]);
  });

  it('counts nothing that was not stored', async () => {
    const stale = new CountingEventStore({ storeGroup: () => Promise.resolve('stale') });
    expect(await stale.storeGroup(1, [event('a', 1)])).toBe('stale');
    const away = new CountingEventStore({ storeGroup: () => Promise.reject(new Error('away')) });
    await expect(away.storeGroup(1, [event('a', 1)])).rejects.toThrow('away');
    expect([...stale.take(), ...away.take()]).toEqual([]);
  });
});
