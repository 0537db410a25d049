import { MESSAGING_CHANNELS, type MessagingChannel } from '@patchbay/plugin-sdk';
import type { CapSpec, MessageCaps, MessagePurpose } from '../configuration/brand-definition.js';
import { hashedUuid } from '../ids.js';
import { formatDuration } from './format-duration.js';

/** Cap against which a message counts. */
export interface CountedCap extends CapSpec {
  readonly channel: MessagingChannel;
  /** Key of the counter: a hash of brand, customer and channel. */
  readonly key: string;
}

/** Properties of a message that determine the cap against which the message counts. */
export interface CountedMessage {
  readonly brandId: string;
  /** Key of the customer. */
  readonly customerId: string | null;
  /** Channel of the message. Null if the message is not for a customer. */
  readonly channel: MessagingChannel | null;
  readonly purpose: MessagePurpose;
}

/**
 * Returns the cap against which a message counts. Null if the message has no channel, its channel has no cap, it
 * is transactional, or its event has no customer.
 */
export function capOf(
  { brandId, customerId, channel, purpose }: CountedMessage,
  caps: MessageCaps | undefined,
): CountedCap | null {
  const cap = channel === null ? undefined : caps?.[channel];
  if (channel === null || cap === undefined || customerId === null || purpose === 'transactional') return null;
  return { ...cap, channel, key: capKey(brandId, customerId, channel) };
}

/** Returns the key under which the messages of one customer and channel are counted. */
function capKey(brandId: string, customerId: string, channel: MessagingChannel): string {
  return hashedUuid(['cap', brandId, customerId, channel]);
}

/** Returns the keys of all counters of a customer, one per channel. */
export function capKeysOf(brandId: string, customerId: string): readonly string[] {
  return MESSAGING_CHANNELS.map((channel) => capKey(brandId, customerId, channel));
}

/**
 * Returns the reason stored with a message that is suppressed because the cap is reached.
 * @param others number of other messages that were sent, or are being sent, in the cap's period
 */
export function capReason({ max, perMs, channel }: CountedCap, others: number): string {
  return `cap: ${max} ${channel} per ${formatDuration(perMs)}, this would be number ${others + 1}`;
}
