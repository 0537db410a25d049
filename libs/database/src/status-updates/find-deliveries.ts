import type { DeliveryDecision, DeliveryState } from '@patchbay/core';
import type { VendorStatus } from '@patchbay/plugin-sdk';
import type { DataSource } from 'typeorm';
import { newestPartOf, MAX_TIME_WINDOW_MS, timeWindowOf } from '../partitions/time-window.js';

/** Delivery that a status update names, and the table that contains the delivery. */
export interface NamedDelivery {
  readonly id: string;
  readonly waiting: boolean;
  readonly retention_days: number;
  readonly external_id: string | null;
  readonly vendor_status: VendorStatus | null;
  readonly state: DeliveryState;
  readonly error_kind: DeliveryDecision['errorKind'];
  /** True if a message may have been sent, because an attempt is recorded or the delivery is leased. */
  readonly attempted: boolean;
  /** True if the answer of any attempt of the delivery was lost. */
  readonly lost: boolean;
}

const COLUMNS = `
  d.id, d.waiting, d.retention_days, d.external_id, d.vendor_status, d.state, d.error_kind,
  d.attempts > 0 OR d.lease_token IS NOT NULL AS attempted,
  coalesce(d.messaging ? 'lost', false) AS lost`;

const BY_ID = `SELECT ${COLUMNS} FROM deliveries d WHERE d.destination_id = $1::uuid AND d.id = ANY ($2::uuid[])`;

const BY_EXTERNAL_ID = `
SELECT ${COLUMNS} FROM deliveries d
WHERE d.destination_id = $1::uuid AND d.external_id = ANY ($2::text[]) AND d.id >= $3::uuid AND d.id < $4::uuid`;

const DAY_MS = 86_400_000;
/**
 * Lengths, in milliseconds, of the time windows that are searched for a vendor's id, newest window first. The first
 * windows are short, because nearly all status updates arrive within hours of the message.
 */
const SEARCH_WINDOWS_MS = [2 * DAY_MS, 8 * DAY_MS, MAX_TIME_WINDOW_MS, MAX_TIME_WINDOW_MS];

/** Finds deliveries of a destination by their own ids. The ids contain the days to search. */
export async function findById(
  dataSource: DataSource,
  destinationId: string,
  ids: readonly string[],
): Promise<readonly NamedDelivery[]> {
  return ids.length === 0 ? [] : dataSource.query<NamedDelivery[]>(BY_ID, [destinationId, ids]);
}

/**
 * Finds deliveries of a destination by the vendor's ids of their messages. Searches the newest days first, and about
 * ten weeks at most.
 */
export async function findByExternalId(
  dataSource: DataSource,
  destinationId: string,
  externalIds: readonly string[],
  now: number,
): Promise<readonly NamedDelivery[]> {
  const found: NamedDelivery[] = [];
  let missing = externalIds;
  let rest = timeWindowOf({});
  for (const lengthMs of SEARCH_WINDOWS_MS) {
    if (missing.length === 0) break;
    const { from, before } = newestPartOf(rest, lengthMs, now);
    found.push(...(await dataSource.query<NamedDelivery[]>(BY_EXTERNAL_ID, [destinationId, missing, from, before])));
    const known = new Set(found.map((delivery) => delivery.external_id));
    missing = externalIds.filter((id) => !known.has(id));
    rest = { from: rest.from, before: from };
  }
  return found;
}
