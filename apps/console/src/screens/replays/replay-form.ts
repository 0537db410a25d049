import { ERROR_KINDS, given, known, NO_CODE, STAGES } from '../watch/known';
import type { ReplayFilter } from '../watch/replay-request';
import { rangeQuery, type RangeState } from '../watch/time-range';

/** States of earlier deliveries that a replay can select, in the order of the form. */
export const REPLAYABLE = ['dead', 'unconfirmed', 'suppressed', 'superseded', 'cancelled', 'succeeded'] as const;

/** Statuses at the vendor that a replay can select, in the order of the form. */
export const REPLAYED_VENDOR_STATUSES = [
  'undelivered',
  'bounced',
  'failed',
  'accepted',
  'sent',
  'delivered',
  'opened',
  'clicked',
] as const;

/** Replay that a person puts together, as it is in the URL. Empty texts are not set. */
export interface ReplayForm extends RangeState {
  readonly status: string;
  readonly errorKind: string;
  /** {@link NO_CODE} selects failures without a code. */
  readonly vendorCode: string;
  /** Status at the vendor. */
  readonly vendorStatus: string;
  readonly destination: string;
  readonly stage: string;
  readonly subscription: string;
  readonly eventType: string;
  readonly customer: string;
  readonly mapping: string;
  /** `1`: events are sent again although their delivery succeeded, waits or is unconfirmed. */
  readonly includeSucceeded: string;
  /** Deliveries per second. Empty: no limit. */
  readonly rate: string;
}

/** Form in which nothing is chosen. */
export const EMPTY_FORM: ReplayForm = {
  ...{ status: '', errorKind: '', vendorCode: '', vendorStatus: '', includeSucceeded: '' },
  ...{ destination: '', stage: '', subscription: '', eventType: '', customer: '' },
  ...{ range: '', from: '', to: '', mapping: 'recorded', rate: '' },
};

/**
 * Returns the filter of a form with the fields that are set.
 * @param now current time, in milliseconds since the epoch, at which a named time range ends
 */
export function filterOf(form: ReplayForm, now: number): ReplayFilter {
  const { vendorCode, destination, subscription, eventType, customer } = form;
  const filter = {
    status: known(REPLAYABLE, [form.status])[0],
    errorKind: known(ERROR_KINDS, [form.errorKind])[0],
    vendorStatus: known(REPLAYED_VENDOR_STATUSES, [form.vendorStatus])[0],
    vendorCode: vendorCode === NO_CODE ? '' : given(vendorCode),
    destination: given(destination),
    stage: known(STAGES, [form.stage])[0],
    subscription: given(subscription),
    eventType: given(eventType),
    customer: given(customer),
    ...rangeQuery(form, now),
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

/** Returns the version of mappings that a form asks for. */
export function mappingOf({ mapping }: ReplayForm): 'recorded' | 'current' {
  return mapping === 'current' ? 'current' : 'recorded';
}

/** Returns true if a form selects earlier deliveries; false if it selects events. */
export function selectsDeliveries({ status, errorKind, vendorCode, vendorStatus }: ReplayForm): boolean {
  return [status, errorKind, vendorCode, vendorStatus].some((text) => text !== '');
}

/** Returns true if events are sent again whose delivery succeeded, waits or is unconfirmed. */
export function includesSucceeded(form: ReplayForm): boolean {
  return form.includeSucceeded === '1' && !selectsDeliveries(form);
}

/** Returns the limit of deliveries per second; undefined for no limit. Returns null if the text is not a valid limit. */
export function rateOf({ rate }: ReplayForm): number | undefined | null {
  if (rate.trim() === '') return undefined;
  const value = Number(rate);
  return value >= 0.01 && value <= 10_000 ? value : null;
}
