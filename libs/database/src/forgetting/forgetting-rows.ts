import type { Forgetting } from '@patchbay/core';

/** A row of a receipt. */
export interface ForgettingRow {
  readonly id: string;
  readonly brand_id: string;
  readonly customer_hash: string;
  readonly forgotten_until: Date;
  readonly requested_by: string;
  readonly event_id: string | null;
  readonly events: number;
  readonly deliveries: number;
  readonly attempts: number;
  readonly created_at: Date;
  readonly ended_at: Date | null;
}

/** As the port has it. */
export function toForgetting(row: ForgettingRow): Forgetting {
  return {
    id: row.id,
    brandId: row.brand_id,
    state: row.ended_at === null ? 'running' : 'done',
    customerHash: row.customer_hash,
    requestedBy: row.requested_by,
    eventId: row.event_id,
    until: row.forgotten_until.getTime(),
    events: row.events,
    deliveries: row.deliveries,
    attempts: row.attempts,
    createdAt: row.created_at.getTime(),
    endedAt: row.ended_at?.getTime() ?? null,
  };
}

/** A forgetting that is being carried out. */
export interface HeldForgetting {
  readonly brand_id: string;
  readonly customer_id: string;
  readonly customer_hash: Buffer;
  readonly forgotten_until: Date;
  readonly event_id: string | null;
  readonly began_at: Date | null;
  /** Where the pass goes on; null: at the beginning. */
  readonly cursor: string | null;
}
