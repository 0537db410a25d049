import type { Clock, ReadStore, Stats } from '@patchbay/core';
import { Gauge } from 'prom-client';
import type { HubMetrics } from './hub-metrics.js';

/** Time for which statistics are reused after they were read from the database, in milliseconds. */
const CACHE_MS = 5_000;
const LABELS = ['brand', 'destination', 'type'] as const;
const BREAKER_VALUES = { closed: 0, half_open: 0.5, open: 1 } as const;

/** Function that combines the values of destinations in one series: the sum of counts, the maximum of other values. */
type Combine = (a: number, b: number) => number;
const sum: Combine = (a, b) => a + b;
const worst: Combine = (a, b) => Math.max(a, b);

/** Metrics of the backlog. Each scrape reads them from the database, so they are the same in every process. */
export class BacklogMetrics {
  private last: { readonly at: number; readonly stats: Promise<Stats> } | null = null;

  constructor(
    private readonly metrics: HubMetrics,
    private readonly store: Pick<ReadStore, 'stats'>,
    private readonly clock: Clock,
  ) {
    const waits = 'Waiting deliveries that are not in flight.';
    this.gauge('patchbay_deliveries_waiting', waits, sum, ({ waiting }) => waiting);
    this.gauge('patchbay_deliveries_due', 'Waiting deliveries that are due.', sum, ({ due }) => due);
    this.gauge('patchbay_deliveries_in_flight', 'Deliveries in flight.', sum, (one) => one.inFlight);
    this.gauge('patchbay_destination_paused', '1 if the destination is paused, else 0.', worst, ({ paused }) =>
      Number(paused),
    );
    this.gauge(
      'patchbay_destination_circuit_breaker',
      'Circuit breaker: 0 closed (healthy), 0.5 half-open (single calls probe), 1 open (it fails or throttles: nothing is sent).',
      worst,
      ({ circuitBreaker }) => BREAKER_VALUES[circuitBreaker],
    );
    this.gauge(
      'patchbay_oldest_due_seconds',
      'Time since the oldest due delivery became due, in seconds.',
      worst,
      ({ oldestDueAt }, now) => (oldestDueAt === null ? 0 : Math.max(0, now - oldestDueAt) / 1_000),
    );
  }

  private gauge(
    name: string,
    help: string,
    combine: Combine,
    read: (destination: Stats['destinations'][number], now: number) => number,
  ): void {
    const gauge = new Gauge<(typeof LABELS)[number]>({
      name,
      help,
      labelNames: LABELS,
      registers: [this.metrics.registry],
      collect: async () => {
        const { destinations } = await this.stats();
        gauge.reset();
        const known = new Map<string, number>();
        for (const one of destinations) {
          const { brand, destination, type } = this.metrics.bounded({ ...one, destination: one.name });
          const key = `${brand}/${destination}/${type}`;
          const value = combine(known.get(key) ?? 0, read(one, this.clock.now()));
          known.set(key, value);
          gauge.set({ brand, destination, type }, value);
        }
      },
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
