import { NOT_ARRIVED, type DeliveryFilter } from '@patchbay/core';
import { WAITS_FOR_LOOKUP } from '../sql/lookup-pauses.js';
import { isHeld } from './delivery-rows.js';
import type { SqlValues } from './sql-values.js';

/** Part of a filter that one statement reads. */
export interface DeliveryPart extends DeliveryFilter {
  /** Cause for which the deliveries are held. Left out if the part also has, or only has, deliveries that are not held. */
  readonly heldBy?: 'destination' | 'lookup';
}

/**
 * Splits a filter into parts for waiting and for ended deliveries, which are in different tables with different indexes.
 * Held deliveries are split by what holds them, because different indexes lead to them.
 */
export function splitByWaiting(filter: DeliveryFilter): readonly DeliveryPart[] {
  const { status, lookup } = filter;
  if (lookup !== undefined) {
    return status === undefined || status.includes('held') ? [{ ...filter, status: ['held'], heldBy: 'lookup' }] : [];
  }
  if (status === undefined) return [filter];
  const waiting = status.filter(isWaiting);
  const ended = status.filter((one) => !isWaiting(one));
  return [
    ...(waiting.includes('scheduled') ? [{ ...filter, status: waiting }] : []),
    ...(waiting.length > 0 && !waiting.includes('scheduled')
      ? (['destination', 'lookup'] as const).map((heldBy) => ({ ...filter, status: waiting, heldBy }))
      : []),
    ...(ended.length > 0 ? [{ ...filter, status: ended }] : []),
  ];
}

/** Returns the conditions of a filter on the queues `t`, including the condition for held deliveries. */
export function destinationConditions(
  values: SqlValues,
  brandId: string,
  { destination, stage, status = [], lookup, heldBy }: DeliveryPart,
): readonly string[] {
  const isFree = status.includes('scheduled') && !status.includes('held');
  // A delivery that waits for both is found once: with its destination, unless the lookup is named.
  const isFoundByLookup = heldBy === 'lookup' && lookup === undefined;
  return [
    `t.brand_id = ${values.add(brandId, 'uuid')}`,
    ...conditionFor(destination, (names) => `t.name = ANY (${values.add(names, 'text[]')})`),
    ...(stage === undefined ? [] : [stage === 'routing' ? 't.is_routing' : 'NOT t.is_routing']),
    ...(heldBy === 'destination' ? [isHeld('t')] : []),
    ...(isFree || isFoundByLookup ? [`NOT ${isHeld('t')}`] : []),
  ];
}

/**
 * Returns the conditions of a filter on `deliveries d`, except for the names of lookups. The filter must be a part of
 * {@link splitByWaiting}.
 */
export function deliveryConditions(
  values: SqlValues,
  brandId: string,
  { status, errorKind, vendorCode, vendorStatus, eventType, subscription, source, heldBy }: DeliveryPart,
): readonly string[] {
  return [
    ...conditionFor(status, (states) =>
      states.some(isWaiting) ? 'd.waiting' : `NOT d.waiting AND d.state = ANY (${values.add(states, 'text[]')})`,
    ),
    ...(heldBy === 'lookup' ? [`d.${WAITS_FOR_LOOKUP}`] : []),
    ...(status?.includes('scheduled') === true && !status.includes('held')
      ? [`(d.reason IS NULL OR NOT d.${WAITS_FOR_LOOKUP})`]
      : []),
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
