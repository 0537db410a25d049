import type { Clock, ReadStore, Stats } from '@patchbay/core';
import { Gauge } from 'prom-client';
import type { HubMetrics } from './hub-metrics.js';

/** Several scrapers, or an impatient one, cost the database one look in this time, in milliseconds. */
const FRESH_FOR_MS = 5_000;
const LABELS = ['brand', 'destination', 'type'] as const;
const BREAKER = { closed: 0, probing: 0.5, open: 1 } as const;

/** What waits in the database, read when somebody asks. The same in every process. */
export class BacklogMetrics {
  private last: { readonly at: number; readonly stats: Promise<Stats> } | null = null;

  constructor(
    private readonly metrics: HubMetrics,
    private readonly store: Pick<ReadStore, 'stats'>,
    private readonly clock: Clock,
  ) {
    this.gauge('patchbay_deliveries_waiting', 'Deliveries that wait and are not in flight.', ({ waiting }) => waiting);
    this.gauge('patchbay_deliveries_due', 'Of those, the ones that are due.', ({ due }) => due);
    this.gauge('patchbay_deliveries_in_flight', 'Deliveries that a worker has in hand.', ({ inFlight }) => inFlight);
    this.gauge('patchbay_destination_paused', '1 where deliveries are held.', ({ paused }) => Number(paused));
    this.gauge(
      'patchbay_destination_breaker',
      '1 where nothing is sent for now (it fails, or asked for patience), 0.5 where single calls probe it, else 0.',
      ({ breaker }) => BREAKER[breaker],
    );
    this.gauge('patchbay_oldest_due_seconds', 'For how long the oldest has been due.', ({ oldestDueAt }, now) =>
      oldestDueAt === null ? 0 : Math.max(0, now - oldestDueAt) / 1_000,
    );
  }

  private gauge(
    name: string,
    help: string,
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
        for (const one of destinations) {
          const { brand, destination, type } = this.metrics.bounded({ ...one, destination: one.name });
          gauge.inc({ brand, destination, type }, read(one, this.clock.now()));
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
