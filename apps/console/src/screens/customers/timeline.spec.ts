import { describe, expect, it } from '@jest/globals';
import { byDay, hasArrived } from './timeline';

const event = (id: string, receivedAt: string) => ({
  ...{ id, type: 'pointsIssued', source: 'capillary', customerId: '7', status: 'accepted' as const },
  ...{ occurredAt: receivedAt, receivedAt, erasedAt: null, subscriptions: [] },
  outcome: { delivered: 0, undelivered: 0, failed: 0, waiting: 0, notSent: 0, merged: 0 },
});

describe('the days of a timeline', () => {
  it('begin at midnight of the zone', () => {
    const events = [event('c', '2026-11-30T18:31:00.000Z'), event('b', '2026-11-30T18:29:00.000Z')];
    const ids = (zone: string): string[][] => byDay(events, zone).map((day) => day.events.map(({ id }) => id));
    expect(ids('UTC')).toEqual([['c', 'b']]);
    expect(ids('Asia/Kolkata')).toEqual([['c'], ['b']]);
  });
});

describe('a message', () => {
  it.each([
    ['succeeded', null, true],
    ['succeeded', 'delivered', true],
    ['succeeded', 'undelivered', false],
    ['merged', null, true],
    ['dead', null, false],
  ])('with the state %s and the vendor status %s has arrived: %s', (status, vendorStatus, arrived) => {
    expect(hasArrived({ status, vendorStatus })).toBe(arrived);
  });
});
