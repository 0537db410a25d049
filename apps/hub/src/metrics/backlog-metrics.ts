import type { Clock, ReadStore, Stats, WorkerRegistry } from '@patchbay/core';
import type { GaugeValues, HubMetrics } from './hub-metrics.js';
import { METRICS, type GaugeDefinition } from './metric-definitions.js';

/** Time for which statistics are reused after they were read from the database, in milliseconds. */
const CACHE_MS = 5_000;
const BREAKER_VALUES = { closed: 0, half_open: 0.5, open: 1 } as const;

/** Function that combines the values of destinations in one series: the sum of counts, the maximum of other values. */
type Combine = (a: number, b: number) => number;
const sum: Combine = (a, b) => a + b;
const worst: Combine = (a, b) => Math.max(a, b);

/** Metrics of the backlog of the whole hub. Each scrape reads them from the database. */
export class BacklogMetrics {
  private last: { readonly at: number; readonly stats: Promise<Stats> } | null = null;

  constructor(
    private readonly metrics: HubMetrics,
    private readonly store: Pick<ReadStore, 'stats'>,
    registry: Pick<WorkerRegistry, 'countLive'>,
    private readonly clock: Clock,
  ) {
    this.gauge(METRICS.deliveriesWaiting, sum, ({ waiting }) => waiting);
    this.gauge(METRICS.deliveriesDue, sum, ({ due }) => due);
    this.gauge(METRICS.deliveriesInFlight, sum, (one) => one.inFlight);
    this.gauge(METRICS.destinationPaused, worst, ({ paused }) => Number(paused));
    this.gauge(METRICS.circuitBreaker, worst, ({ circuitBreaker }) => BREAKER_VALUES[circuitBreaker]);
    this.gauge(METRICS.oldestDue, worst, ({ oldestDueAt }, now) =>
      oldestDueAt === null ? 0 : Math.max(0, now - oldestDueAt) / 1_000,
    );
    metrics.watch(METRICS.workers, () => registry.countLive());
  }

  private gauge(
    definition: GaugeDefinition,
    combine: Combine,
    read: (destination: Stats['destinations'][number], now: number) => number,
  ): void {
    this.metrics.watch(definition, async (): Promise<GaugeValues> => {
      const { destinations } = await this.stats();
      const now = this.clock.now();
      const series = new Map<string, { readonly labels: Readonly<Record<string, string>>; readonly value: number }>();
      for (const one of destinations) {
        const { brand, destination, type } = this.metrics.bounded({ ...one, destination: one.name });
        const key = `${brand}/${destination}/${type}`;
        const value = combine(series.get(key)?.value ?? 0, read(one, now));
        series.set(key, { labels: { brand, destination, type }, value });
      }
      return [...series.values()];
    });
  }

  private stats(): Promise<Stats> {
    const now = this.clock.now();
    if (this.last === null || now - this.last.at > CACHE_MS) this.last = { at: now, stats: this.store.stats(now) };
    const { stats } = this.last;
    stats.catch(() => (this.last = null));
    return stats;
  }
}
