import { describe, expect, it, jest } from '@jest/globals';
import { SourceCounts, type NewEvent, type SourceCountStore } from '@patchbay/core';
import { pino } from 'pino';
import { SourceCountWriter } from './source-count-writer.js';

const event: NewEvent = {
  ...{
    id: 'e',
    brandId: 'b',
    sourceId: 's',
    configRevision: 1,
    retentionDays: 30,
    type: 't',
    sourceEventId: 's',
    dedupeKey: 'k',
  },
  ...{ occurredAt: 0, receivedAt: 5, customerIds: [], customerHashes: null, attributes: {}, data: {}, sealed: null },
  ...{ quarantineReason: null, erasedAt: null, overBudget: [], filtered: 0, erasures: [], deliveries: [] },
};

describe('SourceCountWriter', () => {
  it('writes counts again that could not be written', async () => {
    const add = jest.fn<SourceCountStore['add']>().mockRejectedValueOnce(new Error('unreachable')).mockResolvedValue();
    const counts = new SourceCounts();
    const writer = new SourceCountWriter(counts, { add }, pino({ enabled: false }));
    const write = (): Promise<void> => writer.onApplicationShutdown();
    counts.add([event], [{ kind: 'accepted' }]);
    await write();
    counts.add([event], [{ kind: 'quarantined' }]);
    await write();
    await write();
    const total = { sourceId: 's', accepted: 1, quarantined: 1, lastEventAt: 5 };
    expect(add.mock.calls).toEqual([[[{ ...total, quarantined: 0 }]], [[total]]]);
  });
});
