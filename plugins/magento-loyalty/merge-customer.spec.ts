import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { changeOf, droppedAttributes, mergeCustomer } from './merge-customer.js';

const change = (customAttributes: JsonObject, groupId?: number) =>
  changeOf({ customAttributes, ...(groupId !== undefined && { groupId }) });

describe('changeOf', () => {
  it('converts numbers and booleans to text, and omits null', () => {
    const { attributes } = change({ a: 120, b: 8.5, c: true, d: false, e: '', f: 'x', g: null });
    expect([...attributes]).toEqual([
      ['a', '120'],
      ['b', '8.5'],
      ['c', '1'],
      ['d', '0'],
      ['e', ''],
      ['f', 'x'],
    ]);
  });

  it.each([
    ['a list', { a: ['x'] }],
    ['an object', { a: { b: 'x' } }],
    ['a code with capitals', { loyaltyPoints: 'x' }],
    ['a code that is too long', { ['a'.repeat(61)]: 'x' }],
    ['nothing', {}],
    ['only nulls', { a: null }],
  ])('refuses %s', (_name, customAttributes: JsonObject) => {
    expect(() => change(customAttributes)).toThrow(expect.objectContaining({ kind: 'mapping' }));
  });
});

describe('mergeCustomer', () => {
  const current = {
    id: 42,
    group_id: 2,
    disable_auto_group_change: 0,
    addresses: [{ id: 420, region: { region_code: null } }],
    extension_attributes: { is_subscribed: true },
    custom_attributes: [
      { attribute_code: 'shoe_size', value: '38' },
      { attribute_code: 'df', value: null },
      { attribute_code: 'loyalty_points', value: '1' },
    ],
  };

  it('writes neither addresses nor the newsletter, keeps all other data, and omits attributes without a value', () => {
    expect(mergeCustomer(current, change({ loyalty_points: 2, loyalty_tier: 'Gold' }))).toEqual({
      ...{ id: 42, group_id: 2, disable_auto_group_change: 0 },
      custom_attributes: [
        { attribute_code: 'shoe_size', value: '38' },
        { attribute_code: 'loyalty_points', value: '2' },
        { attribute_code: 'loyalty_tier', value: 'Gold' },
      ],
    });
  });

  it('sets the group and prevents the store from changing it', () => {
    expect(mergeCustomer(current, changeOf({ groupId: 3 }))).toMatchObject({
      group_id: 3,
      disable_auto_group_change: 1,
    });
  });

  it('works without attributes, and has the same result when repeated', () => {
    const wanted = change({ loyalty_points: 2 }, 3);
    const once = mergeCustomer({ id: 42 }, wanted);
    expect(mergeCustomer(once, wanted)).toEqual(once);
  });
});

describe('droppedAttributes', () => {
  const wanted = change({ a: 'x', b: 'y', c: '' });

  it('returns what the store did not keep; a cleared attribute does not count', () => {
    const saved = { id: 42, custom_attributes: [{ attribute_code: 'a', value: 'made other by the store' }] };
    expect(droppedAttributes(saved, wanted)).toEqual(['b']);
  });

  it('returns nothing if the response is not a customer', () => {
    for (const saved of [undefined, null, 'ok', [], { error: 'x' }]) {
      expect(droppedAttributes(saved, wanted)).toEqual([]);
    }
  });
});
