import type { Json, JsonObject } from '@patchbay/plugin-sdk';
import type { OrderingSpec } from '../configuration/brand-definition.js';
import type { SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
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

/** Where a delivery stands among those of its key: by when its event occurred, then by its id. */
export interface DeliveryOrder {
  /** As a UUID: a hash of the subscription, the customer and the values at the subscription's paths. */
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
  readonly policy: OrderPolicy;
}

/** What of an event its order depends on. */
export interface OrderedEvent {
  readonly customerId: string | null;
  readonly occurredAt: number;
  readonly data: JsonObject;
}

/** Any order of states, where a subscription supersedes them and says nothing of their order. */
const BY_CUSTOMER: OrderingSpec = { by: 'customer', paths: [], onDead: 'skip' };

/**
 * The order that a subscription wants an event's delivery to keep; undefined where it wants none, and for events of no
 * customer.
 */
export function orderOf(
  { subscriptionId, ordering, supersede }: Pick<SubscriptionVersionRecord, 'subscriptionId' | 'ordering' | 'supersede'>,
  { customerId, occurredAt, data }: OrderedEvent,
): DeliveryOrder | undefined {
  const spec = ordering ?? (supersede ? BY_CUSTOMER : null);
  if (spec === null || customerId === null) return undefined;
  const key = hashedUuid([subscriptionId, customerId, ...spec.paths.map((path) => valueAt(data, path) ?? null)]);
  return { key, occurredAt, policy: supersede ? 'supersede' : spec.onDead };
}

/** @param path begins with `data.` */
function valueAt(data: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = data;
  for (const name of path.split('.').slice(1)) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    value = Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}
