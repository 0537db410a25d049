import type { AttemptedDeliveryIds } from '@patchbay/core';
import { VENDOR_STATUSES, type VendorStatus } from '@patchbay/plugin-sdk';
import { Statement } from '../query/columns.js';
import type { PgPool } from '../query/pg-pool.js';
import { isFurther, type NamedStatusUpdate } from './named-status-update.js';

/**
 * Stores pending status updates. `external_id` contains the id by which an update names its delivery: the vendor's id
 * of the message, or the hub's id of the delivery. These ids are unique within the statement, and the updates are
 * sorted by them. `statuses` are all statuses in order.
 */
const KEEP = new Statement(
  'store-pending-status-updates',
  {
    destination: 'uuid',
    updates: { named_by: 'text', name: 'text', status: 'text', at: 'timestamptz' },
    statuses: 'text[]',
  },
  `
INSERT INTO pending_status_updates AS e (destination_id, named_by, external_id, status, at, expires_at)
SELECT $destination, n.named_by, n.name, n.status, n.at, now() + interval '1 h'
FROM $updates AS n
ON CONFLICT (destination_id, named_by, external_id) DO UPDATE
  SET status = excluded.status, at = excluded.at, expires_at = excluded.expires_at
  WHERE e.expires_at <= now() OR array_position($statuses, excluded.status) > array_position($statuses, e.status)`,
);

/** Removes and returns pending status updates. Leaves out expired updates, which maintenance deletes. */
const TAKE = new Statement(
  'take-pending-status-updates',
  { names: { destination_id: 'uuid', named_by: 'text', name: 'text', delivery_id: 'uuid' } },
  `
DELETE FROM pending_status_updates e
USING $names AS t
WHERE e.destination_id = t.destination_id AND e.named_by = t.named_by AND e.external_id = t.name
  AND e.expires_at > now()
RETURNING e.destination_id, t.delivery_id, e.status, e.at`,
);

/** Pending status update, with the delivery that the update names. */
export interface TakenStatusUpdate {
  readonly destination_id: string;
  readonly delivery_id: string;
  readonly status: VendorStatus;
  readonly at: Date | null;
}

/**
 * Stores the furthest status update of each message or delivery for an hour, because no known attempt matches the
 * update yet.
 */
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
  const rows = sorted.map(({ by, ...update }) => ({ ...update, namedBy: by }));
  const statement = KEEP.with({ destination: destinationId, updates: rows, statuses: VENDOR_STATUSES });
  await pool.query(statement);
}

/** Removes and returns the pending status updates of deliveries whose attempt has now been recorded. */
export function takePendingUpdates(
  pool: PgPool,
  named: readonly AttemptedDeliveryIds[],
): Promise<readonly TakenStatusUpdate[]> {
  const names = named.flatMap(({ destinationId, deliveryId, externalId }) => [
    { destinationId, deliveryId, namedBy: 'id', name: deliveryId },
    ...(externalId === null ? [] : [{ destinationId, deliveryId, namedBy: 'externalId', name: externalId }]),
  ]);
  const sorted = names.toSorted((a, b) => (a.namedBy + a.name < b.namedBy + b.name ? -1 : 1));
  return pool.query<TakenStatusUpdate & Record<string, unknown>>(TAKE.with({ names: sorted }));
}
