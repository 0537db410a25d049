import { BATCHED } from './brand.js';
import type { StoredDelivery } from './ledger.js';
import { itemOf } from './received-message.js';

/** Replaces the names of the items of batches by the ids of their deliveries. */
export function byDelivery<T>(
  received: readonly (readonly [string, T])[],
  deliveries: readonly StoredDelivery[],
): ReadonlyMap<string, T> {
  const ids = new Map(
    deliveries.flatMap(({ id, eventId, destination }) =>
      destination === BATCHED ? [[itemOf(destination, eventId), id] as const] : [],
    ),
  );
  return new Map(received.map(([name, value]) => [ids.get(name) ?? name, value]));
}
