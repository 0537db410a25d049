import type { ImportStore } from '@patchbay/core';
import type { HubMetrics } from '../metrics/hub-metrics.js';
import { METRICS } from '../metrics/metric-definitions.js';

/** Adds the gauge of imports by state. */
export function watchImports(metrics: HubMetrics, store: Pick<ImportStore, 'counts'>): void {
  metrics.watch(METRICS.imports, async () => {
    const series = new Map<string, { readonly labels: Readonly<Record<string, string>>; readonly value: number }>();
    for (const { brand: name, state, count } of await store.counts()) {
      const brand = metrics.boundedBrand(name);
      const key = `${brand}/${state}`;
      series.set(key, { labels: { brand, state }, value: (series.get(key)?.value ?? 0) + count });
    }
    return [...series.values()];
  });
}
