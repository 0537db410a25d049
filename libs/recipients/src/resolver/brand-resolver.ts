import type { Recipient } from '@patchbay/core';
import type { EventEnvelope } from '@patchbay/plugin-sdk';

/** Section of the brand's file that configures the recipient resolver. */
export const RESOLVER_SECTION = 'recipients.resolver';

/** Resolver that asks a brand's own API for a customer's contact details. */
export interface BrandResolver {
  /**
   * Returns the contact details; an empty object if the API does not know the customer. @throws DeliveryError if the
   * API could not be called
   */
  resolve(event: EventEnvelope): Promise<Recipient>;
}
