import { describe, expect, it } from '@jest/globals';
import { orderOf } from './ordering.js';

const event = {
  customerId: '7',
  occurredAt: 1_000,
  receivedAt: 1_500,
  data: { program: 3, deep: { a: 'x' }, list: [1] },
};
const subscription = {
  subscriptionId: 's',
  destinationId: 'd',
  ordering: { by: 'customer', paths: [], onDead: 'skip' },
  supersede: false,
  messaging: null,
} as const;
const keyOf = (paths: readonly string[], data: typeof event.data | object = event.data): string | undefined =>
  orderOf({ ...subscription, ordering: { ...subscription.ordering, paths } }, { ...event, data: { ...data } })?.key;

describe('the order of deliveries', () => {
  it('is none where none is asked for, and for events of nobody', () => {
    expect(orderOf({ ...subscription, ordering: null }, event)).toBeUndefined();
    expect(orderOf(subscription, { ...event, customerId: null })).toBeUndefined();
  });

  it('is one for each subscription, customer and value at its paths', () => {
    const base = orderOf(subscription, event);
    expect(base).toMatchObject({ occurredAt: 1_000, policy: 'skip', key: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(orderOf(subscription, { ...event, data: {}, occurredAt: 2_000 })?.key).toBe(base?.key);
    const others = [
      orderOf(subscription, { ...event, customerId: '8' })?.key,
      orderOf({ ...subscription, subscriptionId: 't' }, event)?.key,
      keyOf(['data.program']),
      keyOf(['data.program'], { program: 4 }),
      keyOf(['data.deep.a']),
      keyOf(['data.deep.a', 'data.program']),
    ];
    expect(new Set([base?.key, ...others]).size).toBe(others.length + 1);
  });

  it('takes what is not there for one value, and looks into no list and no prototype', () => {
    expect(keyOf(['data.none'])).toBe(keyOf(['data.list.0']));
    expect(keyOf(['data.none'])).toBe(keyOf(['data.constructor.name']));
    expect(keyOf(['data.none'])).toBe(keyOf(['data.program.x']));
  });

  it('is kept by the policy of the subscription; superseding needs no ordering of its own', () => {
    const block = { ...subscription.ordering, onDead: 'block' } as const;
    expect(orderOf({ ...subscription, ordering: block }, event)?.policy).toBe('block');
    expect(orderOf({ ...subscription, supersede: true }, event)?.policy).toBe('supersede');
    const alone = orderOf({ ...subscription, ordering: null, supersede: true }, event);
    expect(alone).toEqual({ ...orderOf(subscription, event), policy: 'supersede' });
  });

  it('of a digest goes by when its events were received, whatever the order of others', () => {
    const messaging = { purpose: 'promotional', digestMs: 1_000, fallback: [] } as const;
    const digest = orderOf({ ...subscription, messaging }, event);
    expect(digest).toMatchObject({ occurredAt: event.receivedAt, policy: 'skip' });
    expect(orderOf({ ...subscription, messaging }, { ...event, data: {} })?.key).toBe(digest?.key);
    expect(orderOf({ ...subscription, messaging }, { ...event, customerId: '8' })?.key).not.toBe(digest?.key);
    expect(orderOf({ ...subscription, messaging }, { ...event, customerId: null })).toBeUndefined();
  });

  it('of a digest is one for each destination: what waits for the one before a change holds up and takes along no other', () => {
    const messaging = { purpose: 'promotional', digestMs: 1_000, fallback: [] } as const;
    const before = orderOf({ ...subscription, messaging }, event);
    expect(orderOf({ ...subscription, messaging, destinationId: 'e' }, event)?.key).not.toBe(before?.key);
  });

  it.each([
    ['an order', {}],
    ['superseding', { ordering: null, supersede: true }],
  ] as const)(
    'is one for each destination: what is held for the one before a change holds up no other: %s',
    (_what, also) => {
      const before = orderOf({ ...subscription, ...also }, event);
      expect(before).toBeDefined();
      expect(orderOf({ ...subscription, ...also, destinationId: 'e' }, event)?.key).not.toBe(before?.key);
      expect(orderOf({ ...subscription, ...also }, { ...event, occurredAt: 2_000 })?.key).toBe(before?.key);
    },
  );
});
