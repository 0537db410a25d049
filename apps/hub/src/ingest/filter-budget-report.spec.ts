import { describe, expect, it } from '@jest/globals';
import type { EventStore, NewEvent, StoredOutcome } from '@patchbay/core';
import { FilterBudgetReport } from './filter-budget-report.js';

const event: NewEvent = {
  ...{ id: 'e-1', brandId: 'b', sourceId: 's', retentionDays: 30, type: 'pointsIssued', sourceEventId: '1' },
  ...{ dedupeKey: 'k', occurredAt: 0, receivedAt: 0, customerIds: [], customerHashes: null, attributes: {}, data: {} },
  ...{ sealed: null, quarantineReason: null, erasedAt: null, deliveries: [], erasures: [] },
  overBudget: ['costly', 'dear'],
};

function reporting(outcome: readonly StoredOutcome[] | 'stale') {
  const lines: unknown[] = [];
  const counted: [brand: string, filters: number][] = [];
  let now = 0;
  const store: EventStore = { storeGroup: () => Promise.resolve(outcome) };
  const report = new FilterBudgetReport(
    store,
    { filterBudgetExceeded: (...counts) => counted.push(counts) },
    { warn: (fields: unknown) => lines.push(fields) },
    { now: () => now },
    () => 'acme',
  );
  const pass = (ms: number): void => {
    now += ms;
  };
  return { report, lines, counted, pass };
}

describe('FilterBudgetReport', () => {
  it('counts each filter, and logs each subscription once per minute', async () => {
    const { report, lines, counted, pass } = reporting([{ kind: 'accepted' }]);
    await report.storeGroup(1, [event]);
    await report.storeGroup(1, [event]);
    const line = { brand: 'acme', eventId: 'e-1', eventType: 'pointsIssued' };
    expect(lines).toEqual(['costly', 'dear'].map((subscription) => ({ ...line, subscription })));
    pass(60_000);
    await report.storeGroup(1, [event]);
    expect(lines).toHaveLength(4);
    expect(counted).toEqual(Array(3).fill(['acme', 2]));
  });

  it.each<readonly [string, readonly StoredOutcome[] | 'stale']>([
    ['is prepared again', 'stale'],
    ['is a duplicate', [{ kind: 'duplicate', eventId: 'e-0' }]],
  ])('ignores an event that %s', async (_what, outcome) => {
    const { report, lines, counted } = reporting(outcome);
    expect(await report.storeGroup(1, [event])).toBe(outcome);
    expect([lines, counted]).toEqual([[], []]);
  });
});
