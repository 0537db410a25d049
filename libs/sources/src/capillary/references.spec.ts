import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { Json } from '@patchbay/core';
import { capillaryAdapter } from './capillary.adapter.js';

function referencesIn(file: string): readonly string[] {
  const body: unknown = JSON.parse(
    readFileSync(new URL(`../../../../test/fixtures/events/${file}`, import.meta.url), 'utf8'),
  );
  const [read] = capillaryAdapter.read(body, {});
  if (read?.kind !== 'event') throw new Error(`${file} could not be read`);
  return capillaryAdapter.referencesOf?.(read.event.type, read.event.data) ?? [];
}

const activity = (identifiers: Json): readonly string[] =>
  capillaryAdapter.referencesOf?.('pointsIssued', { triggeringActivity: { name: 'NewBill', identifiers } }) ?? [];

describe('references of Capillary events', () => {
  it('are the same for issued points and their reversal', () => {
    const issued = referencesIn('pointsIssued.json');
    expect(issued).toContain('billnumber BILL-20250618-17');
    expect(referencesIn('issuedPointsReversed.json').filter((one) => issued.includes(one))).not.toEqual([]);
  });

  it('are at paths that a pii-less brand keeps, with hashed values', () => {
    const { safe, hashed = [] } = capillaryAdapter.personalPaths('pointsIssued');
    const [key = '', value = ''] = capillaryAdapter.referencePaths ?? [];
    expect([safe.some(({ path }) => path === key), hashed.includes(value)]).toEqual([true, true]);
  });

  it('ignore the case of keys, and treat numbers like texts', () => {
    expect(activity([{ key: ' BillId ', value: '17' }])).toEqual(['billid 17']);
    expect(
      activity([
        { key: 'billId', value: 17 },
        { key: 'BILLID', value: '17' },
      ]),
    ).toEqual(['billid 17']);
    expect(activity([{ key: 'redemptionId', value: 'R-9' }])).toEqual(['redemptionid R-9']);
  });

  it.each([
    ['no identifiers', null],
    [
      'identifiers of other kinds',
      [
        { key: 'CustomerId', value: '5' },
        { key: 'eventLogId', value: '6' },
      ],
    ],
    ['invalid identifiers', ['billId', { key: 5, value: '5' }, { key: 'billId', value: {} }, null]],
  ])('are empty for %s', (_what, identifiers) => {
    expect(activity(identifiers)).toEqual([]);
  });
});
