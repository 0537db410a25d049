/** Kinds of addresses at which a customer is reached: a phone number, an e-mail address, or the push token of a device. */
export const ADDRESS_KINDS = ['phone', 'email', 'pushToken'] as const;
export type AddressKind = (typeof ADDRESS_KINDS)[number];

/** Address of a customer at a vendor. */
export interface Address {
  readonly kind: AddressKind;
  /** The address as the vendor spells it. The hub normalises the spelling. */
  readonly value: string;
}

/**
 * Reasons that a vendor gives for an address that must not be messaged any more.
 *
 * - `hard_bounce`: the mailbox or the number does not exist any more.
 * - `complaint`: the customer reported a message as spam.
 * - `opt_out`: the customer refused further messages.
 * - `invalid`: the address cannot receive messages, for example the token of a removed app.
 */
export const VENDOR_SUPPRESSION_REASONS = ['hard_bounce', 'complaint', 'opt_out', 'invalid'] as const;
export type VendorSuppressionReason = (typeof VENDOR_SUPPRESSION_REASONS)[number];

/** One of several addresses of a message, to which the vendor sends nothing any more. */
export interface RefusedAddress {
  readonly address: Address;
  readonly reason: VendorSuppressionReason;
}
