import type { EventEnvelope } from '@patchbay/plugin-sdk';
import type { Recipient } from './recipient.js';

/** One place a recipient may come from. */
export interface RecipientSource {
  readonly name: 'event' | 'enriched' | 'resolver';
  /** What it knows; an empty object where it knows nothing. Throws a DeliveryError where it could not be asked. */
  resolve(event: EventEnvelope, brandId: string, signal: AbortSignal): Promise<Recipient>;
}

/** Asks the brand's sources in the brand's order; the first to name a field wins. */
export interface RecipientResolver {
  resolve(event: EventEnvelope, brandId: string, signal: AbortSignal): Promise<Recipient>;
}
