import { ANY_TIME, isRangeSet, type RangeState } from '../watch/time-range';

const NO_LIST: readonly string[] = [];

/** Filters of the list of deliveries, as they are in the URL. */
export interface DeliveryFilters extends RangeState {
  readonly status: readonly string[];
  readonly destination: readonly string[];
  readonly stage: readonly string[];
  readonly subscription: readonly string[];
  readonly eventType: readonly string[];
  readonly errorKind: readonly string[];
  readonly vendorCode: readonly string[];
  readonly customer: string;
}

/** Filters of a list that shows all deliveries. */
export const NO_FILTERS = {
  status: NO_LIST,
  destination: NO_LIST,
  stage: NO_LIST,
  subscription: NO_LIST,
  eventType: NO_LIST,
  errorKind: NO_LIST,
  vendorCode: NO_LIST,
  customer: '',
  ...ANY_TIME,
};

/** States of deliveries that a replay can send again. */
const REPLAYABLE: ReadonlySet<string> = new Set(['dead', 'unconfirmed', 'suppressed', 'superseded', 'cancelled']);

/** Returns true if a filter is set. */
export function isFiltered(filters: DeliveryFilters): boolean {
  const { status, destination, stage, subscription, eventType, errorKind, vendorCode, customer } = filters;
  const lists = [status, destination, stage, subscription, eventType, errorKind, vendorCode];
  return lists.some(({ length }) => length > 0) || customer !== '' || isRangeSet(filters);
}

/**
 * Returns the query of a new replay with the filters of the list. Returns null if a replay cannot have these filters,
 * because it takes one value per field and only states that can be sent again.
 */
export function replaySearch(filters: DeliveryFilters): Record<string, string> | null {
  const { status, destination, stage, subscription, eventType, errorKind, vendorCode, ...others } = filters;
  const { customer, range, from, to } = others;
  const lists = { status, destination, stage, subscription, eventType, errorKind, vendorCode };
  if (Object.values(lists).some(({ length }) => length > 1)) return null;
  const state = status[0];
  if (state === undefined || !REPLAYABLE.has(state)) return null;
  const single = Object.entries(lists).flatMap(([name, [value]]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(single), customer, range, from, to };
}
