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

/** A cap that a message counts against. */
export interface CountedCap extends CapSpec {
  readonly channel: MessagingChannel;
  /** Of what is counted together: a hash of brand, customer and channel. */
  readonly key: string;
}

/** What decides whether a message counts. */
export interface CountedMessage {
  readonly brandId: string;
  readonly customerId: string | null;
  /** Of its destination's type. */
  readonly category: DestinationCategory;
  readonly purpose: MessagePurpose;
}

/** The cap that a message counts against; null: it counts against none. */
export function capOf(
  { brandId, customerId, category, purpose }: CountedMessage,
  caps: MessageCaps | undefined,
): CountedCap | null {
  const channel = MESSAGING_CHANNELS.find((known) => known === category);
  const cap = channel === undefined ? undefined : caps?.[channel];
  if (channel === undefined || cap === undefined || customerId === null || purpose === 'transactional') return null;
  return { ...cap, channel, key: capKey(brandId, customerId, channel) };
}

/** What is counted together of one customer and channel. */
function capKey(brandId: string, customerId: string, channel: MessagingChannel): string {
  return hashedUuid(['cap', brandId, customerId, channel]);
}

/** All keys that a customer's messages may be counted by. */
export function capKeysOf(brandId: string, customerId: string): readonly string[] {
  return MESSAGING_CHANNELS.map((channel) => capKey(brandId, customerId, channel));
}

/**
 * Why a message over the cap does not go out.
 * @param others how many were sent, or are being sent, in the cap's period
 */
export function capReason({ max, perMs, channel }: CountedCap, others: number): string {
  return `cap: ${max} ${channel} per ${formatDuration(perMs)}, this would be number ${others + 1}`;
}
