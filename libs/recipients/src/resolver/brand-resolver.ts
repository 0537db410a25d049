import type { Recipient } from '@patchbay/core';
import type { EventEnvelope } from '@patchbay/plugin-sdk';

/** The brand's own API, asked how to reach the customer of an event. */
export interface BrandResolver {
  /** An empty object where it does not know the customer. @throws DeliveryError where it could not be asked */
  resolve(event: EventEnvelope): Promise<Recipient>;
}
