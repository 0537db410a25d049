import { describe, expect, it } from '@jest/globals';
import { subscriptionRecord } from '../testing/configuration-builder.js';
import { explainMatch, describeMismatch, type Mismatch } from './explain-match.js';
import { compileSubscription, RoutingTable } from './routing.js';

const event = {
  id: 'e',
  type: 'pointsIssued',
  brand: 'acme',
  source: 'in',
  customerId: '7',
  occurredAt: '2026-01-01T00:00:00.000Z',
  receivedAt: '2026-01-01T00:00:00.000Z',
  data: { points: 49 },
};
const brand = { name: 'acme', timezone: 'UTC' };
const cases = [
  { name: 'every type', also: {}, matched: true },
  { name: 'its own type', also: { events: ['tierUpgraded', 'pointsIssued'] }, matched: true },
  { name: 'a prefix', also: { events: ['points*'] }, matched: true },
  { name: 'another type', also: { events: ['pointsIssue', 'Points*'] }, matched: false, reason: 'eventType' },
  { name: 'another source', also: { sourceId: 'source-2' }, matched: false, reason: 'otherSource' },
  { name: 'a filter that matches', also: { when: { 'data.points': { $lt: 50 } } }, matched: true },
  { name: 'a filter that fails', also: { when: { 'data.points': { $gte: 50 } } }, matched: false, reason: 'filter' },
];

describe('explainMatch', () => {
  it.each(cases)('$name', ({ also, matched, reason }) => {
    const record = subscriptionRecord(also);
    const explanation = explainMatch(compileSubscription(record), 'source-1', event, brand);
    expect(explanation).toMatchObject(reason === undefined ? { matched } : { matched, reason });
  });

  it.each(cases)('agrees with routing: $name', ({ also, matched }) => {
    const table = new RoutingTable([subscriptionRecord(also)]);
    expect(table.match('source-1', event, brand).matched).toHaveLength(matched ? 1 : 0);
  });

  it('names the clause that failed', () => {
    const record = subscriptionRecord({ when: { 'data.points': { $gte: 50 } } });
    expect(explainMatch(compileSubscription(record), 'source-1', event, brand)).toMatchObject({
      clause: { path: 'data.points', operator: '$gte', expected: 50, actual: 49 },
    });
  });
});

const filter = (clause: object): Mismatch => ({
  matched: false,
  reason: 'filter',
  clause: { path: 'data.tier', operator: '$in', expected: ['gold'], actual: 'text', ...clause },
});

describe('describeMismatch', () => {
  it.each<readonly [Mismatch, string]>([
    [{ matched: false, reason: 'otherSource' }, 'The subscription takes events of another source.'],
    [
      { matched: false, reason: 'eventType', events: ['a', 'b*'] },
      'The subscription takes a, b*, not this event type.',
    ],
    [filter({}), 'data.tier is "text", but the filter requires $in ["gold"].'],
    [filter({ path: '', operator: '$not', expected: { a: 1 } }), 'The filter does not match: $not {"a":1}.'],
  ])('%j', (mismatch, words) => expect(describeMismatch(mismatch)).toBe(words));

  it('shortens long lists and values', () => {
    const events = Array.from({ length: 100 }, (_, index) => `type-${index}`);
    expect(describeMismatch({ matched: false, reason: 'eventType', events })).toContain('type-9 and 90 more');
    expect(describeMismatch(filter({ expected: 'x'.repeat(10_000) })).length).toBeLessThan(400);
  });
});
