import { describe, expect, it } from '@jest/globals';
import { connectedTo, linesOf, ordered } from './links';

const connections = [
  { name: 'b', source: 'shop', destinations: ['sms'] },
  { name: 'a', source: 'till', destinations: ['crm'] },
  { name: 'c', source: 'till', destinations: ['gone'] },
];

describe('the routing map', () => {
  it('orders subscriptions by their ends', () => {
    expect(ordered(connections, ['till', 'shop'], ['crm', 'sms']).map(({ name }) => name)).toEqual(['c', 'a', 'b']);
  });

  it('draws no line to a destination that is gone', () => {
    expect(linesOf(connections, ['crm', 'sms'], 'destination')).toMatchObject([
      { subscription: 'b', from: 0, to: 1 },
      { subscription: 'a', from: 1, to: 0 },
    ]);
    expect(linesOf(connections, ['till', 'shop'], 'source')).toHaveLength(3);
  });

  it('draws a line to each destination of a route', () => {
    const routed = [{ name: 'r', source: 'till', destinations: ['sms', 'gone', 'crm'] }];
    const lines = linesOf(routed, ['crm', 'sms'], 'destination');
    expect(lines.map(({ to, destinations }) => [to, destinations])).toEqual([
      [1, ['sms']],
      [0, ['crm']],
    ]);
    expect(linesOf(routed, ['till'], 'source')).toMatchObject([{ destinations: ['sms', 'gone', 'crm'] }]);
    expect(connectedTo({ column: 'destination', name: 'crm' }, routed)).toEqual(new Set(['r']));
  });

  it('knows what a part is connected to', () => {
    expect(connectedTo({ column: 'source', name: 'till' }, connections)).toEqual(new Set(['a', 'c']));
    expect(connectedTo(null, connections)).toBeNull();
  });
});
