import type { JsonObject } from '@patchbay/plugin-sdk';
import type { CapillaryConnection } from '../configuration/lookups.js';
import type { CapillaryWebhook } from './webhook.js';

/** Webhooks of an organisation at Capillary. All functions throw a DeliveryError if Capillary refuses or does not answer. */
export interface CapillaryWebhookApi {
  /** Lists all webhooks of the organisation. */
  list(connection: CapillaryConnection): Promise<readonly CapillaryWebhook[]>;
  /** Creates a webhook. Returns it as Capillary stored it. */
  create(connection: CapillaryConnection, webhook: JsonObject): Promise<CapillaryWebhook>;
  /** Writes a whole webhook. Returns it as Capillary stored it. */
  update(connection: CapillaryConnection, id: string, webhook: JsonObject): Promise<CapillaryWebhook>;
  /** Deletes a webhook. */
  remove(connection: CapillaryConnection, id: string): Promise<void>;
}
