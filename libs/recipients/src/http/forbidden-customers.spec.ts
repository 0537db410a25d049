import { describe, expect, it } from '@jest/globals';
import { ForbiddenCustomers } from './forbidden-customers.js';

describe('ForbiddenCustomers', () => {
  const add = (forbidden: ForbiddenCustomers, lookup: string, ...customers: string[]): boolean[] =>
    customers.map((customer) => forbidden.add(lookup, customer, new Error('403')));

  it('takes the credentials as refused after five customers in a row', () => {
    const forbidden = new ForbiddenCustomers();
    expect(add(forbidden, 'a', '1', '2', '3', '4')).toEqual([false, false, false, false]);
    expect(add(forbidden, 'b', '5')).toEqual([false]);
    expect(add(forbidden, 'a', '5', '6')).toEqual([true, false]);
  });

  it('counts a customer once, and begins anew after an answer', () => {
    const forbidden = new ForbiddenCustomers();
    expect(add(forbidden, 'a', '1', '1', '1', '1', '1', '2')).not.toContain(true);
    add(forbidden, 'a', '3', '4');
    forbidden.reset('a');
    expect(add(forbidden, 'a', '5', '6', '7', '8')).not.toContain(true);
    expect(add(forbidden, 'a', '9')).toEqual([true]);
  });

  it('counts the customers of one call once', () => {
    const forbidden = new ForbiddenCustomers();
    const error = new Error('403');
    const call = ['1', '2', '3', '4', '5', '6'].map((customer) => forbidden.add('a', customer, error));
    expect(call).not.toContain(true);
    add(forbidden, 'a', '2', '3', '4');
    const last = new Error('403');
    expect(['5', '6'].map((customer) => forbidden.add('a', customer, last))).toEqual([true, true]);
  });
});
