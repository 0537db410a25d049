import { describe, expect, it } from '@jest/globals';
import type { NewEvent, StoredOutcome } from './event-store.port.js';
import { SourceCounts } from './source-counts.js';

const event = (sourceId: string, receivedAt: number, quarantineReason: string | null = null): NewEvent => ({
  ...{
    id: 'e',
    brandId: 'b',
    sourceId,
    configRevision: 1,
    retentionDays: 30,
    type: 't',
    sourceEventId: 's',
    dedupeKey: 'k',
  },
  ...{ occurredAt: 0, receivedAt, customerIds: [], customerHashes: null, attributes: {}, data: {}, sealed: null },
  ...{ quarantineReason, erasedAt: null, overBudget: [], filtered: 0, erasures: [], deliveries: [] },
});

describe('SourceCounts', () => {
  it('counts stored events per source, without duplicates, and begins anew after each report', () => {
    const outcomes: StoredOutcome[] = [
      { kind: 'accepted' },
      { kind: 'duplicate', eventId: 'x' },
      { kind: 'quarantined' },
      { kind: 'accepted' },
      { kind: 'accepted' },
    ];
    const counts = new SourceCounts();
    const group = [event('a', 1), event('a', 9), event('a', 2), event('a', 3, 'not JSON'), event('b', 5)];
    counts.add(group, outcomes);
    expect(counts.take()).toEqual([
      { sourceId: 'a', accepted: 1, quarantined: 2, lastEventAt: 3 },
      { sourceId: 'b', accepted: 1, quarantined: 0, lastEventAt: 5 },
    ]);
    expect(counts.take()).toEqual([]);
  });

  it('adds counts again that could not be written', () => {
    const counts = new SourceCounts();
    counts.add([event('a', 9), event('b', 5)], [{ kind: 'accepted' }, { kind: 'quarantined' }]);
    const taken = counts.take();
    counts.add([event('a', 4), event('a', 3)], [{ kind: 'accepted' }, { kind: 'quarantined' }]);
    counts.putBack(taken);
    expect(counts.take()).toEqual([
      { sourceId: 'a', accepted: 2, quarantined: 1, lastEventAt: 9 },
      { sourceId: 'b', accepted: 0, quarantined: 1, lastEventAt: 5 },
    ]);
  });
});
