import { describe, expect, it } from '@jest/globals';
import { lastByCustomer } from './last-by-customer';

describe('the customers of the newest events', () => {
  it('are listed once, with their newest event, without events that name no customer', () => {
    const events = [
      { id: 4, customerId: 'b' },
      { id: 3, customerId: null },
      { id: 2, customerId: 'a' },
      { id: 1, customerId: 'b' },
    ];
    expect(lastByCustomer(events).map(({ id }) => id)).toEqual([4, 2]);
  });
});
