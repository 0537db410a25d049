import { placeOf, type AttemptRecord, type DeliverySummary, type StoredDelivery } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { DELIVERY_NAMES, DELIVERY_SUMMARY, toDeliverySummary, type DeliverySummaryRow } from './delivery-rows.js';
import { isUuid } from '../connections/uuid.js';
import { attemptsOf } from '../sql/attempts.js';

interface AttemptRow {
  readonly number: number;
  readonly started_at: Date;
  readonly duration_ms: number;
  readonly outcome: AttemptRecord['outcome'];
  readonly message: string | null;
  readonly vendor_code: string | null;
  readonly request: string | null;
  readonly response: AttemptRecord['response'];
  readonly direct: boolean;
  readonly batch: AttemptRecord['batch'];
}

const DELIVERY = `
SELECT ${DELIVERY_SUMMARY} FROM deliveries d ${DELIVERY_NAMES} WHERE d.id = $1::uuid AND d.brand_id = $2::uuid`;

const ATTEMPTS = `${attemptsOf((deliveryId) => `${deliveryId} = $1::uuid`)} ORDER BY number`;

/** Finds a delivery of a brand, with its attempts. */
export async function findDelivery(
  dataSource: DataSource,
  brandId: string,
  deliveryId: string,
): Promise<StoredDelivery | null> {
  if (!isUuid(deliveryId)) return null;
  const [row] = await dataSource.query<DeliverySummaryRow[]>(DELIVERY, [deliveryId, brandId]);
  if (row === undefined) return null;
  const attempts = await dataSource.query<AttemptRow[]>(ATTEMPTS, [deliveryId]);
  return { ...toDeliverySummary(row), attemptRecords: attempts.map(toAttempt) };
}

const DELIVERIES = `
WITH d AS MATERIALIZED (
  SELECT d.* FROM deliveries d
  WHERE d.id = ANY ($1::uuid[]) AND d.id >= $2::uuid AND d.id <= $3::uuid AND d.brand_id = $4::uuid
)
SELECT ${DELIVERY_SUMMARY} FROM d ${DELIVERY_NAMES} ORDER BY d.id`;

/** Finds deliveries of a brand by id, without their attempts. Reads only the days that the ids contain. */
export async function deliveriesById(
  dataSource: DataSource,
  brandId: string,
  deliveryIds: readonly string[],
): Promise<readonly DeliverySummary[]> {
  const ids = deliveryIds
    .filter(isUuid)
    .map((id) => id.toLowerCase())
    .sort();
  if (ids.length === 0) return [];
  const rows = await dataSource.query<DeliverySummaryRow[]>(DELIVERIES, [ids, ids[0], ids.at(-1), brandId]);
  return rows.map(toDeliverySummary);
}

function toAttempt(row: AttemptRow): AttemptRecord {
  return {
    number: row.number,
    startedAt: row.started_at.getTime(),
    durationMs: row.duration_ms,
    outcome: row.outcome,
    message: row.message,
    vendorCode: row.vendor_code,
    request: row.request === null ? null : toRequest(row.request),
    response: row.response,
    direct: row.direct,
    batch: row.batch === null ? null : placeOf(row.batch),
  };
}

function toRequest(line: string): AttemptRecord['request'] {
  const space = line.indexOf(' ');
  return { method: line.slice(0, space), url: line.slice(space + 1) };
}
