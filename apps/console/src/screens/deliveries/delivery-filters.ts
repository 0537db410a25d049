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
  readonly vendorStatus: readonly string[];
  /** Paused lookups for which deliveries wait. */
  readonly lookup: readonly string[];
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
  vendorStatus: NO_LIST,
  lookup: NO_LIST,
  customer: '',
  ...ANY_TIME,
};

/** Statuses at the vendor of messages that did not arrive, which a replay can send again. */
const UNDELIVERED: ReadonlySet<string> = new Set(['undelivered', 'bounced', 'failed']);
/** States of deliveries that a replay can send again. */
const REPLAYABLE: ReadonlySet<string> = new Set(['dead', 'unconfirmed', 'suppressed', 'superseded', 'cancelled']);

/** Returns true if a filter is set. */
export function isFiltered(filters: DeliveryFilters): boolean {
  const { status, destination, stage, subscription, eventType, errorKind, vendorCode, ...others } = filters;
  const { vendorStatus, lookup, customer } = others;
  const lists = [status, destination, stage, subscription, eventType, errorKind, vendorCode, vendorStatus, lookup];
  return lists.some(({ length }) => length > 0) || customer !== '' || isRangeSet(filters);
}

/**
 * Returns the query of a new replay with the filters of the list. Returns null if a replay cannot have these filters,
 * because it takes one value per field and only states that can be sent again.
 */
export function replaySearch(filters: DeliveryFilters): Record<string, string> | null {
  const { status, destination, stage, subscription, eventType, errorKind, vendorCode, ...others } = filters;
  const { vendorStatus, lookup, customer, range, from, to } = others;
  // Deliveries that wait for a lookup are sent when the lookup is resumed.
  if (lookup.length > 0) return null;
  const lists = { status, destination, stage, subscription, eventType, errorKind, vendorCode, vendorStatus };
  if (Object.values(lists).some(({ length }) => length > 1)) return null;
  const isUndelivered = vendorStatus[0] !== undefined && UNDELIVERED.has(vendorStatus[0]);
  const isReplayable = status[0] !== undefined && REPLAYABLE.has(status[0]);
  if (isUndelivered ? status.length > 0 && status[0] !== 'succeeded' : !isReplayable || vendorStatus.length > 0) {
    return null;
  }
  const single = Object.entries(lists).flatMap(([name, [value]]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(single), customer, range, from, to };
}
