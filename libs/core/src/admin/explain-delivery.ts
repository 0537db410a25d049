import type { VendorStatus } from '@patchbay/plugin-sdk';
import { NO_ROUTE } from '../delivery/route.js';
import { NO_RECIPIENT } from '../messaging/fallback.js';
import { SUPPRESSED_REASONS } from '../suppressions/suppression-list.js';
import type { DeliverySummary } from './read-store.port.js';

/**
 * Codes of what became of a delivery. `waitingFor`, `notSent` and `cancelled` are for stored reasons without a code of
 * their own.
 */
export const DELIVERY_EXPLANATIONS = [
  'sent',
  'vendorReports',
  'vendorReportsFailure',
  'held',
  'inFlight',
  'waiting',
  'routing',
  'blocked',
  'quietHours',
  'quotaWaits',
  'lookupPaused',
  'waitingFor',
  'retrying',
  'failed',
  'unconfirmed',
  'expired',
  'consent',
  'noRecipient',
  'optOut',
  'complaint',
  'hardBounce',
  'suppressionList',
  'cap',
  'contactInterval',
  'quota',
  'noRoute',
  'notSent',
  'superseded',
  'merged',
  'cancelledByEvent',
  'cancelledByPerson',
  'customerForgotten',
  'replayCancelled',
  'eventErased',
  'destinationDeleted',
  'cancelled',
] as const;
/** One of {@link DELIVERY_EXPLANATIONS}. */
export type DeliveryExplanationCode = (typeof DELIVERY_EXPLANATIONS)[number];

/** Explanation of what became of a delivery: a code, and the values of its sentence. Contains no personal values. */
export interface DeliveryExplanation {
  readonly code: DeliveryExplanationCode;
  readonly values: Readonly<Record<string, string | number>>;
}

/** Vendor statuses of messages that did not arrive. */
export const NOT_ARRIVED: readonly VendorStatus[] = ['bounced', 'undelivered', 'failed'];

/** Codes of stored reasons that have no values. */
const CODES: ReadonlyMap<string, DeliveryExplanationCode> = new Map<string, DeliveryExplanationCode>([
  ['expired', 'expired'],
  ['consent', 'consent'],
  [NO_ROUTE, 'noRoute'],
  [NO_RECIPIENT, 'noRecipient'],
  [SUPPRESSED_REASONS.opt_out, 'optOut'],
  [SUPPRESSED_REASONS.complaint, 'complaint'],
  [SUPPRESSED_REASONS.hard_bounce, 'hardBounce'],
  [SUPPRESSED_REASONS.manual, 'suppressionList'],
  ['by a person', 'cancelledByPerson'],
  ['customer forgotten', 'customerForgotten'],
  ['its replay was cancelled', 'replayCancelled'],
  ['event erased', 'eventErased'],
  ['destination deleted', 'destinationDeleted'],
]);

/** Stored reasons that have values. The names of the groups are the names of the values. */
const PATTERNS: readonly (readonly [DeliveryExplanationCode, RegExp])[] = [
  ['cap', /^cap: (?<max>\d+) (?<channel>\S+) per (?<period>\S+), this would be number (?<number>\d+)$/],
  ['contactInterval', /^contact interval: 1 message per (?<period>\S+), the customer has had one$/],
  ['quota', /^quota: (?<max>\d+) per (?<period>\S+) is used up$/],
  ['quotaWaits', /^quota: (?<max>\d+) per (?<period>\S+), waits until (?<until>\S+)$/],
  ['quietHours', /^quiet hours until (?<until>\S+)$/],
  ['lookupPaused', /^lookup paused: (?<lookup>\S+)$/],
  ['cancelledByEvent', /^cancelled by (?<type>.+) (?<event>\S+)$/],
];

/** Explains the state of a delivery. Pure. */
export function explainDelivery(delivery: DeliverySummary): DeliveryExplanation {
  const { status, attempts, reason, mergedInto } = delivery;
  switch (status) {
    case 'succeeded':
      return explainSent(delivery);
    case 'held':
      return explainHeld(delivery);
    case 'scheduled':
      return explainWaiting(delivery);
    case 'dead':
      return { code: 'failed', values: { attempts, cause: causeOf(delivery), vendorCode: codeOf(delivery) } };
    case 'unconfirmed':
    case 'superseded':
      return { code: status, values: {} };
    case 'merged':
      return { code: 'merged', values: { delivery: mergedInto ?? '' } };
    case 'suppressed':
      return explainReason(reason, 'notSent');
    case 'cancelled':
      return explainReason(reason, 'cancelled');
  }
}

function explainSent({ vendorStatus }: DeliverySummary): DeliveryExplanation {
  if (vendorStatus === null) return { code: 'sent', values: {} };
  const code = NOT_ARRIVED.some((status) => status === vendorStatus) ? 'vendorReportsFailure' : 'vendorReports';
  return { code, values: { status: vendorStatus } };
}

/** Explains what a delivery waits for. It can wait for a lookup before its destination is chosen. */
function explainHeld({ destination, reason }: DeliverySummary): DeliveryExplanation {
  const stored = explainReason(reason, 'held');
  return stored.code === 'lookupPaused' ? stored : { code: 'held', values: { destination: destination ?? '' } };
}

function explainWaiting(delivery: DeliverySummary): DeliveryExplanation {
  const { inFlight, blocked, attempts, reason, errorKind } = delivery;
  if (inFlight) return { code: 'inFlight', values: { attempt: attempts + 1 } };
  if (blocked) return { code: 'blocked', values: {} };
  if (reason !== null) return explainReason(reason, 'waitingFor');
  return attempts > 0 && errorKind !== null
    ? { code: 'retrying', values: { attempts, cause: errorKind, vendorCode: codeOf(delivery) } }
    : { code: delivery.destinationId === null ? 'routing' : 'waiting', values: {} };
}

/**
 * Returns the code of a stored reason, without the values of its sentence. Null if the reason has no code of its own.
 */
export function reasonCode(reason: string): DeliveryExplanationCode | null {
  const { code } = explainReason(reason, 'waitingFor');
  return code === 'waitingFor' ? null : code;
}

/** Returns code and values of a stored reason; the code `otherwise` if the reason has none. */
function explainReason(reason: string | null, otherwise: DeliveryExplanationCode): DeliveryExplanation {
  const code = CODES.get(reason ?? '');
  if (code !== undefined) return { code, values: {} };
  for (const [known, pattern] of PATTERNS) {
    const groups = pattern.exec(reason ?? '')?.groups;
    if (groups !== undefined) return { code: known, values: { ...groups } };
  }
  return { code: otherwise, values: { reason: reason ?? '' } };
}

/** Returns the error kind, or the stored reason if no attempt failed. Empty if neither is known. */
function causeOf({ errorKind, reason }: DeliverySummary): string {
  return errorKind ?? reason ?? '';
}

/** Returns the vendor code of the last attempt. Empty if it has none or did not fail. */
function codeOf({ errorKind, vendorCode }: DeliverySummary): string {
  return errorKind === null ? '' : (vendorCode ?? '');
}
