import type { VendorStatus } from '@patchbay/plugin-sdk';
import type { DeliverySummary } from './read-store.port.js';

/** Vendor statuses of messages that did not arrive. */
const NOT_ARRIVED: ReadonlySet<string> = new Set<VendorStatus>(['bounced', 'undelivered', 'failed']);

/** Reasons of deliveries that were not sent, as a clause of a sentence. Other reasons are shown as stored. */
const NOT_SENT: ReadonlyMap<string, string> = new Map([
  ['expired', 'the message was too old'],
  ['consent', 'the customer has not given consent for this channel'],
  ['no recipient', 'no address of the customer was found'],
  ['opt-out', 'the customer refused messages on this channel, so the address is on the suppression list'],
  ['complaint', 'the customer reported a message as spam, so the address is on the suppression list'],
  ['hard bounce', 'messages to the address bounced, so the address is on the suppression list'],
  ['suppression list', 'a person put the address on the suppression list'],
]);

/** Describes what became of a delivery in one sentence, without personal values. Pure. */
export function describeDelivery(delivery: DeliverySummary): string {
  const { status, reason, attempts } = delivery;
  switch (status) {
    case 'succeeded':
      return describeSent(delivery);
    case 'held':
      return `On hold: the destination ${delivery.destination} is paused.`;
    case 'scheduled':
      return describeWaiting(delivery);
    case 'dead': {
      const count = attempts > 1 ? ` after ${attempts} attempts` : '';
      return `Failed${count}: ${causeOf(delivery)}.${fallbackOf(delivery)}`;
    }
    case 'unconfirmed':
      return 'Unconfirmed: the answer of the vendor was lost, so the message may have arrived. Ask the vendor, then redeliver or cancel it.';
    case 'suppressed':
      return `Not sent: ${NOT_SENT.get(reason ?? '') ?? reason ?? 'a messaging rule suppressed it'}.${fallbackOf(delivery)}`;
    case 'superseded':
      return 'Not sent: a newer state replaced it.';
    case 'merged':
      return `Merged into the digest delivery ${delivery.mergedInto ?? '(erased)'}.`;
    case 'cancelled':
      return `Cancelled: ${reason?.replace(/^cancelled /, '') ?? 'no reason is stored'}.`;
  }
}

function describeSent(delivery: DeliverySummary): string {
  const { vendorStatus } = delivery;
  if (vendorStatus === null) return 'Sent.';
  const but = NOT_ARRIVED.has(vendorStatus) ? ', but' : ', and';
  return `Sent${but} the vendor reports: ${vendorStatus}.${fallbackOf(delivery)}`;
}

function describeWaiting(delivery: DeliverySummary): string {
  const { inFlight, attempts, reason, errorKind } = delivery;
  if (inFlight) return `Attempt ${attempts + 1} is in flight.`;
  if (reason !== null) return `Waiting: ${reason}.`;
  return attempts > 0 && errorKind !== null
    ? `Retrying: attempt ${attempts} failed, ${causeOf(delivery)}.`
    : 'Waiting to be sent.';
}

/** Returns error kind and vendor code, or the stored reason if there is no error. */
function causeOf({ errorKind, vendorCode, reason }: DeliverySummary): string {
  if (errorKind === null) return reason ?? 'no reason is stored';
  return vendorCode === null ? errorKind : `${errorKind} (${vendorCode})`;
}

function fallbackOf({ nextStepTrigger }: DeliverySummary): string {
  return nextStepTrigger === null ? '' : ' The next step of the fallback took over.';
}
