import type { DeliveryFilter } from '@patchbay/core';
import { isHeld } from './delivery-rows.js';
import type { SqlValues } from './sql-values.js';

/** Returns the conditions of a filter on `destinations t`, including the condition for held deliveries. */
export function destinationConditions(
  values: SqlValues,
  brandId: string,
  { destination, status }: DeliveryFilter,
): readonly string[] {
  return [
    `t.brand_id = ${values.add(brandId, 'uuid')}`,
    ...conditionFor(destination, (name) => `t.name = ${values.add(name)}`),
    ...(status === 'held' ? [isHeld('t')] : []),
    ...(status === 'scheduled' ? [`NOT ${isHeld('t')}`] : []),
  ];
}

/** Returns the conditions of a filter on `deliveries d`. */
export function deliveryConditions(
  values: SqlValues,
  brandId: string,
  { status, errorKind, eventType, subscription }: DeliveryFilter,
): readonly string[] {
  return [
    ...conditionFor(status, (name) =>
      name === 'held' || name === 'scheduled' ? 'd.waiting' : `NOT d.waiting AND d.state = ${values.add(name)}`,
    ),
    // A succeeded delivery has no error. The explicit condition lets PostgreSQL use the partial index of deliveries
    // that did not succeed.
    ...conditionFor(errorKind, (kind) => `d.state <> 'succeeded' AND d.error_kind = ${values.add(kind)}`),
    ...conditionFor(eventType, (type) => `d.event_type = ${values.add(type)}`),
    ...conditionFor(
      subscription,
      (name) => `d.subscription_id = ANY (ARRAY(
        SELECT s.id FROM subscriptions s WHERE s.brand_id = ${values.add(brandId, 'uuid')} AND s.name = ${values.add(name)}
      ))`,
    ),
  ];
}

function conditionFor<T>(value: T | undefined, condition: (value: T) => string): readonly string[] {
  return value === undefined ? [] : [condition(value)];
}
