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

describe('orderOf', () => {
  it('returns no order if the subscription keeps none, or if the event has no customer', () => {
    expect(orderOf({ ...subscription, ordering: null }, event)).toBeUndefined();
    expect(orderOf(subscription, { ...event, customerId: null })).toBeUndefined();
  });

  it('returns one key per subscription, customer and value at the configured paths', () => {
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

  it('treats all missing values as equal, and reads neither list items nor prototypes', () => {
    expect(keyOf(['data.none'])).toBe(keyOf(['data.list.0']));
    expect(keyOf(['data.none'])).toBe(keyOf(['data.constructor.name']));
    expect(keyOf(['data.none'])).toBe(keyOf(['data.program.x']));
  });

  it('returns the policy of the subscription, and supersedes also without an ordering', () => {
    const block = { ...subscription.ordering, onDead: 'block' } as const;
    expect(orderOf({ ...subscription, ordering: block }, event)?.policy).toBe('block');
    expect(orderOf({ ...subscription, supersede: true }, event)?.policy).toBe('supersede');
    const alone = orderOf({ ...subscription, ordering: null, supersede: true }, event);
    expect(alone).toEqual({ ...orderOf(subscription, event), policy: 'supersede' });
  });

  it('orders the deliveries of a digest by the time at which their events were received', () => {
    const messaging = { purpose: 'promotional', digestMs: 1_000, fallback: [] } as const;
    const digest = orderOf({ ...subscription, messaging }, event);
    expect(digest).toMatchObject({ occurredAt: event.receivedAt, policy: 'skip' });
    expect(orderOf({ ...subscription, messaging }, { ...event, data: {} })?.key).toBe(digest?.key);
    expect(orderOf({ ...subscription, messaging }, { ...event, customerId: '8' })?.key).not.toBe(digest?.key);
    expect(orderOf({ ...subscription, messaging }, { ...event, customerId: null })).toBeUndefined();
  });

  it('returns one key per destination for a digest, so that deliveries for a former destination do not join it', () => {
    const messaging = { purpose: 'promotional', digestMs: 1_000, fallback: [] } as const;
    const before = orderOf({ ...subscription, messaging }, event);
    expect(orderOf({ ...subscription, messaging, destinationId: 'e' }, event)?.key).not.toBe(before?.key);
  });

  it.each([
    ['an order', {}],
    ['superseding', { ordering: null, supersede: true }],
  ] as const)(
    'returns one key per destination, so that deliveries for a former destination block no others: %s',
    (_what, also) => {
      const before = orderOf({ ...subscription, ...also }, event);
      expect(before).toBeDefined();
      expect(orderOf({ ...subscription, ...also, destinationId: 'e' }, event)?.key).not.toBe(before?.key);
      expect(orderOf({ ...subscription, ...also }, { ...event, occurredAt: 2_000 })?.key).toBe(before?.key);
    },
  );
});
