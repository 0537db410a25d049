import {
  LOOKUP_PAUSED,
  placeOf,
  type DeliveryMessaging,
  type DeliveryState,
  type DeliverySummary,
} from '@patchbay/core';
import { QUEUES } from '../sql/queues.js';

/**
 * Builds the SQL condition that the deliveries of a destination are held. Claims exclude the same destinations.
 * @param destination alias of `destinations` in the statement
 */
export const isHeld = (destination: string): string =>
  `(${destination}.paused OR ${destination}.disabled OR ${destination}.deleted_at IS NOT NULL)`;

/** Columns of a delivery in a list, from `deliveries d`, its queue `t` and its subscription `s`. */
export const DELIVERY_SUMMARY = `
  d.id, d.event_id, d.event_type, d.customer_id, d.destination_id, t.name AS destination, t.is_routing, d.subscription_id,
  s.name AS subscription, d.subscription_version_id, d.state, ${isHeld('t')} AS held, d.reason,
  d.deferred AND d.lease_token IS NULL AND d.waiting AS blocked, d.lease_token IS NOT NULL AS in_flight, d.counted_attempts, d.attempts, d.error_kind, d.vendor_code, d.external_id,
  d.vendor_status, d.vendor_status_at, d.due_at, d.created_at, d.updated_at, d.ended_at, d.messaging, d.merged_into,
  d.first_attempt_direct IS TRUE AS direct`;

/**
 * Joins that {@link DELIVERY_SUMMARY} needs in addition to `deliveries d`. The joins always find a row, because
 * configuration rows are never deleted.
 */
export const DELIVERY_NAMES = `
  JOIN ${QUEUES} t ON t.id = d.destination_id
  JOIN subscriptions s ON s.id = d.subscription_id`;

/** Row of {@link DELIVERY_SUMMARY}. */
export interface DeliverySummaryRow {
  readonly id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly customer_id: string | null;
  readonly destination_id: string;
  /** Null if the destination is undecided. */
  readonly destination: string | null;
  readonly is_routing: boolean;
  readonly subscription_id: string;
  readonly subscription: string;
  readonly subscription_version_id: string;
  readonly state: DeliveryState;
  readonly held: boolean;
  readonly reason: string | null;
  readonly blocked: boolean;
  readonly in_flight: boolean;
  readonly counted_attempts: number;
  readonly attempts: number;
  readonly error_kind: string | null;
  readonly vendor_code: string | null;
  readonly external_id: string | null;
  readonly vendor_status: string | null;
  readonly vendor_status_at: Date | null;
  readonly due_at: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly ended_at: Date | null;
  readonly messaging: DeliveryMessaging | null;
  readonly merged_into: string | null;
  readonly direct: boolean;
}

/** Converts a row to the type {@link DeliverySummary}. */
export function toDeliverySummary(row: DeliverySummaryRow): DeliverySummary {
  return {
    id: row.id,
    eventId: row.event_id,
    eventType: row.event_type,
    customerId: row.customer_id,
    destinationId: row.is_routing ? null : row.destination_id,
    destination: row.destination,
    subscriptionId: row.subscription_id,
    subscription: row.subscription,
    subscriptionVersionId: row.subscription_version_id,
    status: row.state === 'scheduled' && (row.held || waitsForLookup(row)) ? 'held' : row.state,
    reason: row.reason,
    step: row.messaging?.step ?? 0,
    routeEntry: row.messaging?.step === undefined ? (row.messaging?.routed?.entry ?? null) : null,
    nextStepTrigger: row.messaging?.trigger ?? null,
    mergedInto: row.merged_into,
    blocked: row.blocked,
    inFlight: row.in_flight,
    countedAttempts: row.counted_attempts,
    attempts: row.attempts,
    direct: row.direct,
    batch: row.messaging?.batch === undefined ? null : placeOf(row.messaging.batch),
    errorKind: row.error_kind,
    vendorCode: row.vendor_code,
    externalId: row.external_id,
    vendorStatus: row.vendor_status,
    vendorStatusAt: row.vendor_status_at?.getTime() ?? null,
    dueAt: row.due_at?.getTime() ?? null,
    createdAt: row.created_at.getTime(),
    updatedAt: row.updated_at.getTime(),
    endedAt: row.ended_at?.getTime() ?? null,
  };
}

function waitsForLookup({ reason }: DeliverySummaryRow): boolean {
  return reason?.startsWith(LOOKUP_PAUSED) ?? false;
}
