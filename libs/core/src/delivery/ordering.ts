import type { JsonObject } from '@patchbay/plugin-sdk';
import type { OrderingSpec } from '../configuration/brand-definition.js';
import type { SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import { valueAt } from '../event/value-at.js';
import { hashedUuid } from '../ids.js';

/**
 * What holds between deliveries of one key. Always: one in flight at a time.
 *
 * - `skip`: in the order in which their events occurred; one that ends without success is left behind.
 * - `block`: the same, but one that is dead or unconfirmed holds up what comes after it until a person decides.
 * - `supersede`: only the newest goes out; older ones are dropped when a newer one waits or was delivered.
 */
export const ORDER_POLICIES = ['skip', 'block', 'supersede'] as const;
/** See {@link ORDER_POLICIES}. */
export type OrderPolicy = (typeof ORDER_POLICIES)[number];

/** Where a delivery stands among those of its key: by when its event occurred (of a digest: was received), then by its id. */
export interface DeliveryOrder {
  /** As a UUID: a hash of the subscription, its destination, the customer and the values at the subscription's paths. */
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
  readonly policy: OrderPolicy;
}

/** What of an event its order depends on. */
export interface OrderedEvent {
  readonly customerId: string | null;
  readonly occurredAt: number;
  readonly receivedAt: number;
  readonly data: JsonObject;
}

/** What of a subscription says whether an order is kept. */
export type OrderedSubscription = Pick<
  SubscriptionVersionRecord,
  'subscriptionId' | 'destinationId' | 'ordering' | 'supersede' | 'messaging'
>;

/** Any order of states, where a subscription supersedes them and says nothing of their order. */
const BY_CUSTOMER: OrderingSpec = { by: 'customer', paths: [], onDead: 'skip' };

/**
 * The order that a subscription wants an event's delivery to keep; undefined where it wants none, and for events of no
 * customer.
 */
export function orderOf(
  { subscriptionId, destinationId, ordering, supersede, messaging }: OrderedSubscription,
  { customerId, occurredAt, receivedAt, data }: OrderedEvent,
): DeliveryOrder | undefined {
  // What an earlier version of the subscription left waiting for another destination, which may be paused for good, is no
  // part of a digest and holds up nothing: each destination has keys of its own.
  if (messaging?.digestMs !== undefined && customerId !== null) {
    // What keeps a digest together: one in hand at a time, the first that was received first.
    const key = hashedUuid(['digest', subscriptionId, destinationId, customerId]);
    return { key, occurredAt: receivedAt, policy: 'skip' };
  }
  const spec = ordering ?? (supersede ? BY_CUSTOMER : null);
  if (spec === null || customerId === null) return undefined;
  const values = spec.paths.map((path) => valueAt(data, path) ?? null);
  const key = hashedUuid([subscriptionId, destinationId, customerId, ...values]);
  return { key, occurredAt, policy: supersede ? 'supersede' : spec.onDead };
}
