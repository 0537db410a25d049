import { describe, expect, it } from '@jest/globals';
import type { NewEvent } from '@patchbay/core';
import { FilterBudgetReport } from './filter-budget-report.js';

const event: NewEvent = {
  ...{
    id: 'e-1',
    brandId: 'b',
    sourceId: 's',
    configRevision: 1,
    retentionDays: 30,
    type: 'pointsIssued',
    sourceEventId: '1',
  },
  ...{ dedupeKey: 'k', occurredAt: 0, receivedAt: 0, customerIds: [], customerHashes: null, attributes: {}, data: {} },
  ...{ sealed: null, quarantineReason: null, erasedAt: null, deliveries: [], erasures: [] },
  overBudget: ['costly', 'dear'],
  filtered: 0,
};

function reporting() {
  const lines: unknown[] = [];
  const counted: [brand: string, filters: number][] = [];
  let now = 0;
  const report = new FilterBudgetReport(
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
  it('counts each filter, and logs each subscription once per minute', () => {
    const { report, lines, counted, pass } = reporting();
    report.report(event);
    report.report(event);
    const line = { brand: 'acme', eventId: 'e-1', eventType: 'pointsIssued' };
    expect(lines).toEqual(['costly', 'dear'].map((subscription) => ({ ...line, subscription })));
    pass(60_000);
    report.report(event);
    expect(lines).toHaveLength(4);
    expect(counted).toEqual(Array(3).fill(['acme', 2]));
  });
});
