import {
  isJsonObject,
  VENDOR_SUPPRESSION_REASONS,
  type Address,
  type AddressKind,
  type AddressPath,
  type Json,
  type JsonObject,
  type MessagingChannel,
} from '@patchbay/plugin-sdk';
import type { MessagePurpose } from '../configuration/brand-definition.js';
import { normalisedIdentifier } from '../event/personal-identifier.js';
import type { BrandVault } from '../vault.port.js';

/** Reasons for which an address must not be messaged: the reasons of vendors, and the decision of a person. */
export const SUPPRESSION_REASONS = [...VENDOR_SUPPRESSION_REASONS, 'manual'] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

/** Messages to which a suppression applies. The most general scope is all messages to the address. */
export interface SuppressionScope {
  /** Channel of the messages. Null for all channels. */
  readonly channel: MessagingChannel | null;
  /** `promotional` if transactional messages may still be sent. Null for messages of each purpose. */
  readonly purpose: 'promotional' | null;
  /** Name of the destination whose messages are stopped. Null for all destinations. */
  readonly sender: string | null;
}

/** Origin of a suppression: a status callback, the answer to an attempt, or a person. */
export const SUPPRESSION_ORIGINS = ['callback', 'answer', 'person'] as const;
export type SuppressionOrigin = (typeof SUPPRESSION_ORIGINS)[number];

/** Scope and reason of a suppression, which decide if a message may be sent. */
export interface SuppressionRule extends SuppressionScope {
  readonly reason: SuppressionReason;
}

/** Suppression that is added to a brand's list. */
export interface NewSuppression extends SuppressionRule {
  readonly id: string;
  readonly kind: AddressKind;
  /** Keyed hash of the normalised address, see {@link addressHash}. */
  readonly addressHash: string;
  /** The address, sealed in the context `suppression/<id>`. Null in `pii-less` brands. */
  readonly sealedAddress: Uint8Array | null;
  readonly origin: SuppressionOrigin;
  /** Name of the destination that reported the address, or of the API key of the person. */
  readonly reportedBy: string;
  /** Code of the vendor, or note of the person. Null if none was given. */
  readonly detail: string | null;
  /** Time that the vendor gave, in milliseconds since the epoch. Null if there is none. */
  readonly reportedAt: number | null;
}

/** Suppression on a brand's list. */
export interface Suppression extends NewSuppression {
  /** Time of the addition, in milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Facts of a message that decide which suppressions apply to it. */
export interface SuppressibleMessage {
  /** Null if the destination's type has no channel. */
  readonly channel: MessagingChannel | null;
  readonly purpose: MessagePurpose;
  /** Name of the destination. */
  readonly sender: string;
}

/**
 * Normalises an address, so that all its spellings become equal: the E.164 format of a phone number, lower case of an
 * e-mail address.
 */
export function normalisedAddress({ kind, value }: Address): string {
  return kind === 'pushToken' ? value.trim() : normalisedIdentifier(value);
}

/** Returns the keyed hash by which an address is stored and found on the list of its brand. */
export function addressHash(vault: Pick<BrandVault, 'keyedHash'>, address: Address): string {
  return vault.keyedHash(`suppression/${address.kind}`, normalisedAddress(address));
}

/**
 * Returns the scope of a suppression that a vendor reported for a message of this channel. An address that cannot
 * receive messages stops every message. A refused e-mail stops promotional messages only. An opt-out from SMS or push
 * stops each message of the channel, because the vendor then refuses transactional messages too.
 */
export function vendorScope(reason: SuppressionReason, channel: MessagingChannel | null): SuppressionScope {
  if (reason === 'hard_bounce' || reason === 'invalid') return { channel: null, purpose: null, sender: null };
  return { channel, purpose: channel === 'email' ? 'promotional' : null, sender: null };
}

/**
 * Returns a rule that stops a message. Undefined if the message may be sent. A refusal of the customer comes before an
 * invalid address, because an invalid address may start another fallback step. Pure.
 */
export function stoppingRule<T extends SuppressionRule>(
  rules: readonly T[],
  message: SuppressibleMessage,
): T | undefined {
  const stopping = rules.filter(
    ({ channel, purpose, sender }) =>
      (channel === null || channel === message.channel) &&
      (purpose === null || purpose === message.purpose) &&
      (sender === null || sender === message.sender),
  );
  return stopping.find(({ reason }) => reason !== 'invalid') ?? stopping[0];
}

/** Returns the addresses at the given paths of a message, each address once. */
export function addressesIn(
  message: JsonObject,
  paths: readonly AddressPath[],
  where: 'anywhere' | 'in lists' | 'outside lists' = 'anywhere',
): readonly Address[] {
  const found = new Map<string, Address>();
  for (const { path, kind } of paths) {
    const names = path.split('.');
    const isListed = where !== 'anywhere' && leadsThroughList(message, names);
    if ((where === 'in lists' && !isListed) || (where === 'outside lists' && isListed)) continue;
    for (const value of textsAt(message, names)) found.set(`${kind} ${value}`, { kind, value });
  }
  return [...found.values()];
}

function leadsThroughList(value: Json | undefined, [name, ...rest]: readonly string[]): boolean {
  if (Array.isArray(value)) return true;
  return name !== undefined && isJsonObject(value) && Object.hasOwn(value, name) && leadsThroughList(value[name], rest);
}

/** Returns the texts at a path of a value: `cc` and `cc.*.email` find each entry of a list. */
export function textsAt(value: Json | undefined, path: readonly string[]): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => textsAt(entry, path[0] === '*' ? path.slice(1) : path));
  const [name, ...rest] = path;
  if (name === undefined) return typeof value === 'string' && value.trim() !== '' ? [value] : [];
  return isJsonObject(value) && Object.hasOwn(value, name) ? textsAt(value[name], rest) : [];
}
