import type { ReconciliationStore } from '@patchbay/core';
import type { HubMetrics } from '../metrics/hub-metrics.js';
import { METRICS } from '../metrics/metric-definitions.js';

/** Adds the gauge of missing events. */
export function watchGaps(metrics: HubMetrics, store: Pick<ReconciliationStore, 'gaps'>): void {
  metrics.watch(METRICS.missingEvents, async () => {
    const missingByBrand = new Map<string, number>();
    for (const { brand, missing } of await store.gaps()) {
      const label = metrics.boundedBrand(brand);
      missingByBrand.set(label, (missingByBrand.get(label) ?? 0) + missing);
    }
    return [...missingByBrand].map(([brand, value]) => ({ labels: { brand }, value }));
  });
}
