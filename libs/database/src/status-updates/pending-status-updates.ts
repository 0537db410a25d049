import type { AttemptedDeliveryIds } from '@patchbay/core';
import { VENDOR_STATUSES, type VendorStatus } from '@patchbay/plugin-sdk';
import type { PgPool } from '../query/pg-pool.js';
import { retryConflicts } from '../query/retry-conflicts.js';
import { isFurther, type NamedStatusUpdate } from './named-status-update.js';

/**
 * Stores pending status updates. `external_id` holds the name that an update uses: the vendor's id of the message, or the
 * hub's id of the delivery.
 * $1 destination, $2 kinds of names, $3 names, unique and sorted, $4 statuses, $5 times, $6 all statuses in order
 */
const KEEP = `
INSERT INTO pending_status_updates AS e (destination_id, named_by, external_id, status, at, expires_at)
SELECT $1::uuid, n.named_by, n.name, n.status, n.at, now() + interval '1 h'
FROM unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[]) AS n (named_by, name, status, at)
ON CONFLICT (destination_id, named_by, external_id) DO UPDATE
  SET status = excluded.status, at = excluded.at, expires_at = excluded.expires_at
  WHERE e.expires_at <= now() OR array_position($6::text[], excluded.status) > array_position($6::text[], e.status)`;

/**
 * Removes and returns pending status updates, except expired ones, which maintenance deletes.
 * $1 destinations, $2 kinds of names, $3 names, $4 deliveries
 */
const TAKE = `
DELETE FROM pending_status_updates e
USING unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[]) AS t (destination_id, named_by, name, delivery_id)
WHERE e.destination_id = t.destination_id AND e.named_by = t.named_by AND e.external_id = t.name
  AND e.expires_at > now()
RETURNING e.destination_id, t.delivery_id, e.status, e.at`;

/** Pending status update, with the delivery that it names. */
export interface TakenStatusUpdate {
  readonly destination_id: string;
  readonly delivery_id: string;
  readonly status: VendorStatus;
  readonly at: Date | null;
}

/** Stores the furthest status update of each name for an hour, because no known attempt matches it yet. */
export async function storePendingUpdates(
  pool: PgPool,
  destinationId: string,
  updates: readonly NamedStatusUpdate[],
): Promise<void> {
  const furthest = new Map<string, NamedStatusUpdate>();
  for (const one of updates) {
    const key = `${one.by} ${one.name}`;
    if (isFurther(one.status, furthest.get(key)?.status)) furthest.set(key, one);
  }
  if (furthest.size === 0) return;
  const sorted = [...furthest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  const values = [
    destinationId,
    sorted.map(({ by }) => by),
    sorted.map(({ name }) => name),
    sorted.map(({ status }) => status),
    sorted.map(({ at }) => at),
    [...VENDOR_STATUSES],
  ];
  await retryConflicts(() => pool.query({ name: 'store-pending-status-updates', text: KEEP, values }));
}

/** Removes and returns the pending updates of deliveries whose attempt has now been recorded. */
export function takePendingUpdates(
  pool: PgPool,
  named: readonly AttemptedDeliveryIds[],
): Promise<readonly TakenStatusUpdate[]> {
  const names = named.flatMap(({ destinationId, deliveryId, externalId }) => [
    { destinationId, deliveryId, by: 'id', name: deliveryId },
    ...(externalId === null ? [] : [{ destinationId, deliveryId, by: 'externalId', name: externalId }]),
  ]);
  const sorted = names.toSorted((a, b) => (a.by + a.name < b.by + b.name ? -1 : 1));
  const values = [
    sorted.map(({ destinationId }) => destinationId),
    sorted.map(({ by }) => by),
    sorted.map(({ name }) => name),
    sorted.map(({ deliveryId }) => deliveryId),
  ];
  return retryConflicts(() =>
    pool.query<TakenStatusUpdate & Record<string, unknown>>({
      name: 'take-pending-status-updates',
      text: TAKE,
      values,
    }),
  );
}
