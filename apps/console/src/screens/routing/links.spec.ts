import { describe, expect, it } from '@jest/globals';
import { connectedTo, linesOf, ordered } from './links';

const connections = [
  { name: 'b', source: 'shop', destination: 'sms' },
  { name: 'a', source: 'till', destination: 'crm' },
  { name: 'c', source: 'till', destination: 'gone' },
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

  it('knows what a part is connected to', () => {
    expect(connectedTo({ column: 'source', name: 'till' }, connections)).toEqual(new Set(['a', 'c']));
    expect(connectedTo(null, connections)).toBeNull();
  });
});
