import type { Clock, ReadStore, Stats } from '@patchbay/core';
import { Gauge } from 'prom-client';
import type { HubMetrics } from './hub-metrics.js';

/** Several scrapers, or an impatient one, cost the database one look in this time, in milliseconds. */
const FRESH_FOR_MS = 5_000;
const LABELS = ['brand', 'destination', 'type'] as const;
const BREAKER_VALUES = { closed: 0, half_open: 0.5, open: 1 } as const;

/** What several destinations come to that are told of together: all of a count, the worst of anything else. */
type Together = (a: number, b: number) => number;
const sum: Together = (a, b) => a + b;
const worst: Together = (a, b) => Math.max(a, b);

/** What waits in the database, read when somebody asks. The same in every process. */
export class BacklogMetrics {
  private last: { readonly at: number; readonly stats: Promise<Stats> } | null = null;

  constructor(
    private readonly metrics: HubMetrics,
    private readonly store: Pick<ReadStore, 'stats'>,
    private readonly clock: Clock,
  ) {
    const waits = 'Deliveries that wait and are not in flight.';
    this.gauge('patchbay_deliveries_waiting', waits, sum, ({ waiting }) => waiting);
    this.gauge('patchbay_deliveries_due', 'Of those, the ones that are due.', sum, ({ due }) => due);
    this.gauge('patchbay_deliveries_in_flight', 'Deliveries that a worker has in hand.', sum, (one) => one.inFlight);
    this.gauge('patchbay_destination_paused', '1 where deliveries are held.', worst, ({ paused }) => Number(paused));
    this.gauge(
      'patchbay_destination_circuit_breaker',
      'Circuit breaker: 0 closed (healthy), 0.5 half-open (single calls probe), 1 open (it fails or throttles: nothing is sent).',
      worst,
      ({ circuitBreaker }) => BREAKER_VALUES[circuitBreaker],
    );
    this.gauge('patchbay_oldest_due_seconds', 'For how long the oldest has been due.', worst, ({ oldestDueAt }, now) =>
      oldestDueAt === null ? 0 : Math.max(0, now - oldestDueAt) / 1_000,
    );
  }

  private gauge(
    name: string,
    help: string,
    together: Together,
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
          const value = together(known.get(key) ?? 0, read(one, this.clock.now()));
          known.set(key, value);
          gauge.set({ brand, destination, type }, value);
        }
      },
    });
  }

  private stats(): Promise<Stats> {
    const now = this.clock.now();
    if (this.last === null || now - this.last.at > FRESH_FOR_MS) this.last = { at: now, stats: this.store.stats(now) };
    const { stats } = this.last;
    stats.catch(() => (this.last = null));
    return stats;
  }
}
