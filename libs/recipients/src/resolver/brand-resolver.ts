import type { Recipient } from '@patchbay/core';
import type { EventEnvelope } from '@patchbay/plugin-sdk';

/** Section of the brand's file that configures the recipient resolver. */
export const RESOLVER_SECTION = 'recipients.resolver';

/** Resolver that gets a customer's contact details from a brand's own API. */
export interface BrandResolver {
  /**
   * Returns the contact details of the event's customer. The object is empty if the API does not know the customer.
   * @throws DeliveryError if the API could not be called
   */
  resolve(event: EventEnvelope): Promise<Recipient>;
}
