import type { FallbackTrigger } from '../configuration/brand-definition.js';
import type { MessagingRecord } from '../configuration/configuration-snapshot.js';
import type { DeliveryDecision } from '../delivery/delivery.js';
import { derivedUuidV7 } from '../ids.js';
import type { DeliveryMessaging, MessagingChange } from './delivery-messaging.js';

/** Reason of a delivery that ended because the customer has no address for its channel. */
export const NO_RECIPIENT = 'no recipient';

/**
 * Returns the initial messaging state of a delivery, with the triggers of its next step. Undefined if there is nothing to
 * store.
 * @param step number of the delivery's own step; 0 for the subscription's own destination
 */
export function messagingOfStep(messaging: MessagingRecord | null, step: number): DeliveryMessaging | undefined {
  const next = messaging?.fallback[step];
  const triggers = next === undefined ? {} : { on: next.on, withinMs: next.afterMs };
  if (next === undefined && step === 0) return undefined;
  return { ...(step === 0 ? {} : { step }), ...triggers };
}

/**
 * Returns the id of the step after a delivery. The id contains the same time; its other bits are a hash of the
 * delivery's id, so that the step cannot be created twice.
 * @param id id of the previous delivery
 */
export function nextStepId(id: string): string {
  return derivedUuidV7(id, `${id}|next step`);
}

/**
 * Returns the trigger by which an ended delivery starts the next step. Null if the next step must not start, because
 * both messages might arrive.
 */
function triggerOf({ state, errorKind, reason }: EndedDelivery): FallbackTrigger | null {
  if (state === 'suppressed' && reason === NO_RECIPIENT) return 'noRecipient';
  if (state !== 'dead') return null;
  return errorKind === 'rejected' || errorKind === 'transient' || errorKind === 'mapping' ? errorKind : null;
}

/** Part of a decision that determines if it triggers the next step. */
export type EndedDelivery = Pick<DeliveryDecision, 'state' | 'errorKind' | 'reason'>;

/**
 * Returns the change that a decision makes to the messaging state of its delivery. Null if nothing changes. A lost answer
 * is recorded for every delivery. After a lost answer, only a status update from the vendor starts the next step, because
 * after any other failure both messages might arrive.
 * @param now milliseconds since the epoch
 */
export function messagingAfter(
  messaging: DeliveryMessaging | null,
  decided: EndedDelivery,
  now: number,
): MessagingChange | null {
  const lost = messaging?.lost === true || decided.errorKind === 'unconfirmed';
  if (decided.state === 'scheduled' || messaging?.on === undefined)
    return lost && messaging?.lost !== true ? { lost } : null;
  const trigger = lost ? null : triggerOf(decided);
  return {
    until: now + (messaging.withinMs ?? 0),
    ...(lost ? { lost } : {}),
    ...(trigger !== null && messaging.on.includes(trigger) ? { trigger } : {}),
  };
}
