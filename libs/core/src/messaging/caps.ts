import type { DestinationCategory } from '@patchbay/plugin-sdk';
import {
  MESSAGING_CHANNELS,
  type CapSpec,
  type MessageCaps,
  type MessagePurpose,
  type MessagingChannel,
} from '../configuration/brand-definition.js';
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
  /** Category of the destination's type. */
  readonly category: DestinationCategory;
  readonly purpose: MessagePurpose;
}

/**
 * Returns the cap against which a message counts. Null if the message's channel has no cap, the message is
 * transactional, or its event has no customer.
 */
export function capOf(
  { brandId, customerId, category, purpose }: CountedMessage,
  caps: MessageCaps | undefined,
): CountedCap | null {
  const channel = MESSAGING_CHANNELS.find((known) => known === category);
  const cap = channel === undefined ? undefined : caps?.[channel];
  if (channel === undefined || cap === undefined || customerId === null || purpose === 'transactional') return null;
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
