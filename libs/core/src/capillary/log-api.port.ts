import type { Json } from '@patchbay/plugin-sdk';
import type { CapillaryConnection } from '../configuration/lookups.js';

/** Logs of Capillary's consumer groups. */
export interface CapillaryLogApi {
  /**
   * Returns the answer for a page of a log.
   * @param query see `logQuery`
   * @throws DeliveryError if Capillary refuses, does not answer, or has no such consumer group
   */
  page(connection: CapillaryConnection, consumerGroup: string, query: Readonly<Record<string, string>>): Promise<Json>;
}
