import { NOT_ARRIVED, type DeliveryFilter } from '@patchbay/core';
import { isHeld } from './delivery-rows.js';
import type { SqlValues } from './sql-values.js';

/**
 * Splits a filter for waiting and for ended deliveries into one filter for each. Both kinds are in different tables,
 * with different indexes, and only waiting deliveries can be held.
 */
export function splitByWaiting(filter: DeliveryFilter): readonly DeliveryFilter[] {
  const { status } = filter;
  if (status === undefined) return [filter];
  const parts = [status.filter(isWaiting), status.filter((one) => !isWaiting(one))];
  return parts.filter((part) => part.length > 0).map((part) => ({ ...filter, status: part }));
}

/** Returns the conditions of a filter on the queues `t`, including the condition for held deliveries. */
export function destinationConditions(
  values: SqlValues,
  brandId: string,
  { destination, stage, status = [] }: DeliveryFilter,
): readonly string[] {
  const [held, free] = [status.includes('held'), status.includes('scheduled')];
  return [
    `t.brand_id = ${values.add(brandId, 'uuid')}`,
    ...conditionFor(destination, (names) => `t.name = ANY (${values.add(names, 'text[]')})`),
    ...(stage === undefined ? [] : [stage === 'routing' ? 't.is_routing' : 'NOT t.is_routing']),
    ...(held && !free ? [isHeld('t')] : []),
    ...(free && !held ? [`NOT ${isHeld('t')}`] : []),
  ];
}

/** Returns the conditions of a filter on `deliveries d`. The filter must be a part of {@link splitByWaiting}. */
export function deliveryConditions(
  values: SqlValues,
  brandId: string,
  { status, errorKind, vendorCode, vendorStatus, eventType, subscription, source }: DeliveryFilter,
): readonly string[] {
  return [
    ...conditionFor(status, (states) =>
      states.some(isWaiting) ? 'd.waiting' : `NOT d.waiting AND d.state = ANY (${values.add(states, 'text[]')})`,
    ),
    // A succeeded delivery has no error. The explicit condition lets PostgreSQL use the partial index of deliveries
    // that did not succeed.
    ...conditionFor(
      errorKind,
      (kinds) => `d.state <> 'succeeded' AND d.error_kind = ANY (${values.add(kinds, 'text[]')})`,
    ),
    ...conditionFor(
      vendorCode,
      (codes) => `d.state <> 'succeeded' AND coalesce(d.vendor_code, '') = ANY (${values.add(codes, 'text[]')})`,
    ),
    ...conditionFor(vendorStatus, (statuses) => vendorStatusCondition(values, statuses)),
    ...conditionFor(eventType, (types) => `d.event_type = ANY (${values.add(types, 'text[]')})`),
    ...conditionFor(
      subscription,
      (names) => `d.subscription_id = ANY (ARRAY(
        SELECT s.id FROM subscriptions s
        WHERE s.brand_id = ${values.add(brandId, 'uuid')} AND s.name = ANY (${values.add(names, 'text[]')})
      ))`,
    ),
    // A version of a subscription takes the events of one source, so the events need not be read.
    ...conditionFor(
      source,
      (names) => `d.subscription_version_id = ANY (ARRAY(
        SELECT v.id FROM subscription_versions v JOIN sources s ON s.id = v.source_id
        WHERE s.brand_id = ${values.add(brandId, 'uuid')} AND s.name = ANY (${values.add(names, 'text[]')})
      ))`,
    ),
  ];
}

function vendorStatusCondition(values: SqlValues, statuses: NonNullable<DeliveryFilter['vendorStatus']>): string {
  const reported = `d.vendor_status = ANY (${values.add(statuses, 'text[]')})`;
  const isNone = `d.state = 'succeeded' AND d.vendor_status IS NULL`;
  // A vendor reports about messages that were sent, so waiting deliveries need not be read.
  return `NOT d.waiting AND ${statuses.includes('none') ? `(${reported} OR (${isNone}))` : reported}`;
}

/**
 * Returns the vendor statuses of a filter if the list of undelivered deliveries contains all deliveries that the filter
 * selects. Undefined if it does not, or if the index of vendor codes leads to fewer deliveries.
 */
export function undeliveredStatuses({ vendorStatus, vendorCode }: DeliveryFilter): readonly string[] | undefined {
  if (vendorStatus === undefined || vendorCode !== undefined) return undefined;
  const isListed = vendorStatus.every((status) => NOT_ARRIVED.some((one) => one === status));
  return isListed ? [...new Set(vendorStatus)] : undefined;
}

function isWaiting(status: string): boolean {
  return status === 'held' || status === 'scheduled';
}

function conditionFor<T>(value: T | undefined, condition: (value: T) => string): readonly string[] {
  return value === undefined ? [] : [condition(value)];
}
