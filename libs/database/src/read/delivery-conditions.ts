import type { DeliveryFilter } from '@patchbay/core';
import { isHeld } from './delivery-rows.js';
import type { SqlValues } from './sql-values.js';

/** What a filter asks of `destinations t`: held or not follows from there. */
export function destinationConditions(
  values: SqlValues,
  brandId: string,
  { destination, status }: DeliveryFilter,
): readonly string[] {
  return [
    `t.brand_id = ${values.add(brandId, 'uuid')}`,
    ...given(destination, (name) => `t.name = ${values.add(name)}`),
    ...(status === 'held' ? [isHeld('t')] : []),
    ...(status === 'scheduled' ? [`NOT ${isHeld('t')}`] : []),
  ];
}

/** What a filter asks of `deliveries d`. */
export function deliveryConditions(
  values: SqlValues,
  brandId: string,
  { status, errorKind, eventType, subscription }: DeliveryFilter,
): readonly string[] {
  return [
    ...given(status, (name) =>
      name === 'held' || name === 'scheduled' ? 'd.waiting' : `NOT d.waiting AND d.state = ${values.add(name)}`,
    ),
    // What succeeded has no error: said so that the index of what did not can be used.
    ...given(errorKind, (kind) => `d.state <> 'succeeded' AND d.error_kind = ${values.add(kind)}`),
    ...given(eventType, (type) => `d.event_type = ${values.add(type)}`),
    ...given(
      subscription,
      (name) => `d.subscription_id = ANY (ARRAY(
        SELECT s.id FROM subscriptions s WHERE s.brand_id = ${values.add(brandId, 'uuid')} AND s.name = ${values.add(name)}
      ))`,
    ),
  ];
}

function given<T>(value: T | undefined, condition: (value: T) => string): readonly string[] {
  return value === undefined ? [] : [condition(value)];
}
