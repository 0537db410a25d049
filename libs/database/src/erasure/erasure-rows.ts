import type { Erasure } from '@patchbay/core';

/** Row that contains the receipt of an erasure. */
export interface ErasureRow {
  readonly id: string;
  readonly brand_id: string;
  readonly customer_hash: string;
  readonly erased_until: Date;
  readonly requested_by: string;
  readonly event_id: string | null;
  readonly events: number;
  readonly deliveries: number;
  readonly attempts: number;
  readonly created_at: Date;
  readonly ended_at: Date | null;
}

/** Converts the row of an erasure to the type {@link Erasure}. */
export function toErasure(row: ErasureRow): Erasure {
  return {
    id: row.id,
    brandId: row.brand_id,
    state: row.ended_at === null ? 'running' : 'done',
    customerHash: row.customer_hash,
    requestedBy: row.requested_by,
    eventId: row.event_id,
    until: row.erased_until.getTime(),
    events: row.events,
    deliveries: row.deliveries,
    attempts: row.attempts,
    createdAt: row.created_at.getTime(),
    endedAt: row.ended_at?.getTime() ?? null,
  };
}

/** Row of a running erasure that the transaction has locked. */
export interface LockedErasure {
  readonly brand_id: string;
  readonly customer_id: string;
  readonly customer_hash: Buffer;
  readonly erased_until: Date;
  readonly event_id: string | null;
  /** True if the links of the customer are not followed. */
  readonly linked: boolean;
  readonly began_at: Date | null;
  /** Event id at which the pass continues. Null at the beginning of a pass. */
  readonly cursor: string | null;
}
