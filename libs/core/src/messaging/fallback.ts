import type { FallbackTrigger } from '../configuration/brand-definition.js';
import type { MessagingRecord } from '../configuration/configuration-snapshot.js';
import type { DeliveryDecision } from '../delivery/delivery.js';
import { derivedUuidV7 } from '../ids.js';
import type { DeliveryMessaging, MessagingChange } from './delivery-messaging.js';

/** Why a delivery ended that had nobody to go to. */
export const NO_RECIPIENT = 'no recipient';

/**
 * Initial messaging state of a delivery, with the triggers of its next step; undefined if there is nothing to keep.
 * @param step which it is itself
 */
export function messagingOfStep(messaging: MessagingRecord | null, step: number): DeliveryMessaging | undefined {
  const next = messaging?.fallback[step];
  const calls = next === undefined ? {} : { on: next.on, withinMs: next.afterMs };
  if (next === undefined && step === 0) return undefined;
  return { ...(step === 0 ? {} : { step }), ...calls };
}

/**
 * The id of the step after a delivery: of the same time, the other bits a hash, so that it cannot be made twice.
 * @param id of the delivery before it
 */
export function nextStepId(id: string): string {
  return derivedUuidV7(id, `${id}|next step`);
}

/** What calls the next step where a delivery ends like this; null: nothing, or both messages might arrive. */
function triggerOf({ state, errorKind, reason }: EndedDelivery): FallbackTrigger | null {
  if (state === 'suppressed' && reason === NO_RECIPIENT) return 'noRecipient';
  if (state !== 'dead') return null;
  return errorKind === 'rejected' || errorKind === 'transient' || errorKind === 'mapping' ? errorKind : null;
}

/** What of a decision says whether it calls the next step. */
export type EndedDelivery = Pick<DeliveryDecision, 'state' | 'errorKind' | 'reason'>;

/**
 * What a decision changes of what its delivery keeps; null where that is nothing. That an answer was lost is kept of every
 * delivery. Where one was, only a status update of the vendor's starts the next step: after any other failure both messages might
 * arrive.
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
    ...(trigger !== null && messaging.on.includes(trigger) ? { trigger: trigger } : {}),
  };
}
