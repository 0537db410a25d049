import type { NewEvent, StoredOutcome } from '@patchbay/core';
import type { HubMetrics } from '../metrics/hub-metrics.js';

/**
 * Counts the events of one commit, and their deliveries by brand, for the metrics.
 * @param outcomes outcomes of the events, in the same order
 * @param brandName returns the name of a brand by its id; undefined if the brand was deleted
 */
export function countStoredEvents(
  metrics: Pick<HubMetrics, 'storedGroup' | 'createdDeliveries'>,
  events: readonly NewEvent[],
  outcomes: readonly StoredOutcome[],
  brandName: (id: string) => string | undefined,
): void {
  const byBrand = new Map<string, { created: number; filtered: number }>();
  let stored = 0;
  for (const [index, { brandId, deliveries, filtered }] of events.entries()) {
    const kind = outcomes[index]?.kind;
    if (kind !== 'accepted' && kind !== 'quarantined') continue;
    stored += 1;
    // The quarantined form of an event has no deliveries.
    if (kind === 'quarantined') continue;
    const counts = byBrand.get(brandId) ?? { created: 0, filtered: 0 };
    counts.created += deliveries.length;
    counts.filtered += filtered;
    byBrand.set(brandId, counts);
  }
  if (stored > 0) metrics.storedGroup(stored);
  for (const [brandId, counts] of byBrand) metrics.createdDeliveries(brandName(brandId) ?? 'gone', counts);
}
