import type { JsonObject } from '@patchbay/plugin-sdk';
import type { OrderingSpec } from '../configuration/brand-definition.js';
import type { SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import { valueAt } from '../event/paths.js';
import { hashedUuid } from '../ids.js';

/**
 * Policies for the deliveries of one order key. Each policy allows one delivery in flight per key at a time.
 *
 * - `skip`: sends in the order in which the events occurred. A delivery that ends without success does not block
 *   others.
 * - `block`: like `skip`, but a dead or unconfirmed delivery blocks the later deliveries until a person decides.
 * - `supersede`: sends only the newest delivery. An older delivery is dropped when a newer delivery waits or has
 *   succeeded.
 */
export const ORDER_POLICIES = ['skip', 'block', 'supersede'] as const;
/** One of {@link ORDER_POLICIES}. */
export type OrderPolicy = (typeof ORDER_POLICIES)[number];

/**
 * Position of a delivery among the deliveries with the same order key. Deliveries are sorted by `occurredAt`, then by
 * their id. `occurredAt` is the time at which the event occurred. For a digest, `occurredAt` is the time at which the
 * hub received the event.
 */
export interface DeliveryOrder {
  /**
   * Hash of the subscription, its destination, the customer and the values at the paths of the subscription's ordering,
   * as a UUID. If the subscription has a route, the key does not depend on the destination.
   */
  readonly key: string;
  /** Time at which the event occurred, in milliseconds since the epoch. */
  readonly occurredAt: number;
  readonly policy: OrderPolicy;
}

/** Parts of an event that determine its order. */
export interface OrderedEvent {
  readonly customerId: string | null;
  readonly occurredAt: number;
  readonly receivedAt: number;
  readonly data: JsonObject;
}

/** Parts of a subscription that determine the order of its deliveries. */
export type OrderedSubscription = Pick<
  SubscriptionVersionRecord,
  'subscriptionId' | 'destinationId' | 'ordering' | 'supersede' | 'messaging'
>;

/** Ordering of a subscription that supersedes older deliveries and configures no ordering of its own. */
const BY_CUSTOMER: OrderingSpec = { by: 'customer', paths: [], onDead: 'skip' };

/**
 * Returns the order of an event's delivery. Undefined if the subscription keeps no order, or if the event has no
 * customer.
 */
export function orderOf(
  { subscriptionId, destinationId, ordering, supersede, messaging }: OrderedSubscription,
  { customerId, occurredAt, receivedAt, data }: OrderedEvent,
): DeliveryOrder | undefined {
  // The order key includes the destination. An earlier version of the subscription may have left deliveries for another
  // destination, which may stay paused. Those deliveries must not block the new deliveries or join their digests.
  const queueKey = destinationId ?? subscriptionId;
  if (messaging?.digestMs !== undefined && customerId !== null) {
    // The deliveries of a digest are sent one at a time, in the order in which the hub received their events.
    const key = hashedUuid(['digest', subscriptionId, queueKey, customerId]);
    return { key, occurredAt: receivedAt, policy: 'skip' };
  }
  const spec = ordering ?? (supersede ? BY_CUSTOMER : null);
  if (spec === null || customerId === null) return undefined;
  const values = spec.paths.map((path) => valueAt(data, path) ?? null);
  const key = hashedUuid([subscriptionId, queueKey, customerId, ...values]);
  return { key, occurredAt, policy: supersede ? 'supersede' : spec.onDead };
}
