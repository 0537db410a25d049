import { explainDelivery, type DeliveryExplanationCode } from './explain-delivery.js';
import type { DeliverySummary } from './read-store.port.js';

/** Returns a value of an explanation as text. Empty if the explanation does not have it. */
type Value = (name: string) => string;

const SENTENCES: Readonly<Record<DeliveryExplanationCode, (value: Value) => string>> = {
  sent: () => 'Sent.',
  vendorReports: (value) => `Sent, and the vendor reports: ${value('status')}.`,
  vendorReportsFailure: (value) => `Sent, but the vendor reports: ${value('status')}.`,
  held: (value) => `On hold: the destination ${value('destination')} is paused.`,
  inFlight: (value) => `Attempt ${value('attempt')} is in flight.`,
  waiting: () => 'Waiting to be sent.',
  blocked: () => 'Waiting: an earlier message with the same order key has not left yet.',
  routing: () => 'Waiting: the destination is not chosen yet.',
  quietHours: (value) => `Waiting: quiet hours until ${value('until')}.`,
  quotaWaits: (value) =>
    `Waiting until ${value('until')}: the destination sends ${value('max')} messages per ${value('period')}, and these are used up.`,
  lookupPaused: (value) => `On hold: the lookup ${value('lookup')} is paused, because its credentials were refused.`,
  waitingFor: (value) => `Waiting: ${value('reason')}.`,
  retrying: (value) => `Retrying: attempt ${value('attempts')} failed, ${causeOf(value)}.`,
  failed: (value) => `Failed${afterAttempts(value('attempts'))}: ${causeOf(value)}.`,
  unconfirmed: () =>
    'Unconfirmed: no answer of the vendor says what became of the message, so it may have arrived. Ask the vendor, then redeliver or cancel it.',
  expired: () => 'Not sent: the message was too old.',
  consent: () => 'Not sent: the customer has not given consent for this channel.',
  noRecipient: () => 'Not sent: no address of the customer was found.',
  optOut: () => 'Not sent: the customer refused messages on this channel, so the address is on the suppression list.',
  complaint: () => 'Not sent: the customer reported a message as spam, so the address is on the suppression list.',
  hardBounce: () => 'Not sent: messages to the address bounced, so the address is on the suppression list.',
  suppressionList: () => 'Not sent: a person put the address on the suppression list.',
  cap: (value) =>
    `Not sent: cap: ${value('max')} ${value('channel')} per ${value('period')}, this would be number ${value('number')}.`,
  contactInterval: (value) =>
    `Not sent: the customer has had a message of this destination, and it sends only one per ${value('period')}.`,
  quota: (value) =>
    `Not sent: the destination sends ${value('max')} messages per ${value('period')}, and these are used up.`,
  noRoute: () => 'Not sent: no entry of the route matches.',
  notSent: (value) => `Not sent: ${value('reason') || 'a messaging rule suppressed it'}.`,
  superseded: () => 'Not sent: a newer state replaced it.',
  merged: (value) => `Merged into the digest delivery ${value('delivery') || '(erased)'}.`,
  cancelledByEvent: (value) => `Cancelled: by ${value('type')} ${value('event')}.`,
  cancelledByPerson: () => 'Cancelled: by a person.',
  customerForgotten: () => 'Cancelled: customer forgotten.',
  replayCancelled: () => 'Cancelled: its replay was cancelled.',
  eventErased: () => 'Cancelled: event erased.',
  destinationDeleted: () => 'Cancelled: destination deleted.',
  cancelled: (value) => `Cancelled: ${value('reason') || 'no reason is stored'}.`,
};

/** Describes what became of a delivery in one sentence, without personal values. Pure. */
export function describeDelivery(delivery: DeliverySummary): string {
  const { code, values } = explainDelivery(delivery);
  const sentence = SENTENCES[code]((name) => String(values[name] ?? ''));
  return delivery.nextStepTrigger === null ? sentence : `${sentence} The next step of the fallback took over.`;
}

function afterAttempts(attempts: string): string {
  return Number(attempts) > 1 ? ` after ${attempts} attempts` : '';
}

/** Returns error kind and vendor code, or the stored reason if no attempt failed. */
function causeOf(value: Value): string {
  const code = value('vendorCode');
  return (value('cause') || 'no reason is stored') + (code === '' ? '' : ` (${code})`);
}
