import type { CapillaryConnection } from '../configuration/lookups.js';
import type { CapillaryCounts } from './day-counts.js';

/** Counts of the events that Capillary made for a webhook. */
export interface CapillaryEventMetrics {
  /**
   * Returns Capillary's counts of the events of a consumer group.
   * @param from first millisecond since the epoch
   * @param to millisecond after the last one
   * @throws DeliveryError if Capillary refuses, does not answer, or answers without a count
   */
  counts(connection: CapillaryConnection, consumerGroup: string, from: number, to: number): Promise<CapillaryCounts>;
}
