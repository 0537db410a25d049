import type { IngestAnswer } from '@patchbay/core';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Metric labels of a destination. {@link HubMetrics} limits the number of destinations with labels of their own. */
export interface DestinationLabels {
  readonly brand: string;
  readonly destination: string;
  readonly type: string;
}

/** Outcome of a claimed delivery, to be counted. */
interface CountedAttempt {
  readonly outcome: string;
  /** State after the outcome. The delivery has ended unless the state is `scheduled`. */
  readonly state: string;
  /** Duration of the attempt. Null if there was no attempt. */
  readonly durationMs: number | null;
  /** False if another process had taken over the delivery, so this outcome was not stored. */
  readonly written: boolean;
}

/** Connections of one pool. */
export interface PoolUsage {
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
}

/**
 * Maximum number of destinations with metric series of their own, per process. All further destinations are counted
 * together as `other`.
 */
const MAX_DESTINATIONS = 2_000;
const OTHER: DestinationLabels = { brand: 'other', destination: 'other', type: 'other' };
/** Upper bounds of the histogram buckets for durations of attempts, in seconds. */
const ATTEMPT_BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * Metrics of one process. Every name begins with `patchbay_`. Times are in seconds, by the convention of Prometheus.
 */
export class HubMetrics {
  readonly registry = new Registry();
  private readonly known = new Set<string>();

  private readonly ingested = new Counter({
    name: 'patchbay_ingest_events_total',
    help: 'Events received by the ingest endpoint, by outcome.',
    labelNames: ['brand', 'outcome'],
    registers: [this.registry],
  });
  private readonly refused = new Counter({
    name: 'patchbay_ingest_refused_total',
    help: 'Ingest calls answered with 401, 413 or 429.',
    labelNames: ['outcome'],
    registers: [this.registry],
  });
  private readonly attempts = new Counter({
    name: 'patchbay_attempts_total',
    help: 'Claimed deliveries, by outcome.',
    labelNames: ['brand', 'destination', 'type', 'outcome'],
    registers: [this.registry],
  });
  private readonly ends = new Counter({
    name: 'patchbay_deliveries_ended_total',
    help: 'Ended deliveries, by final state.',
    labelNames: ['brand', 'destination', 'type', 'state'],
    registers: [this.registry],
  });
  private readonly vendorStatuses = new Counter({
    name: 'patchbay_vendor_statuses_total',
    help: 'Deliveries that got a status from their vendor, by status.',
    labelNames: ['brand', 'destination', 'type', 'status'],
    registers: [this.registry],
  });
  private readonly attemptSeconds = new Histogram({
    name: 'patchbay_attempt_duration_seconds',
    help: 'Duration of attempts, in seconds.',
    labelNames: ['type'],
    buckets: ATTEMPT_BUCKETS,
    registers: [this.registry],
  });

  private readonly overBudget = new Counter({
    name: 'patchbay_filter_budget_exceeded_total',
    help: 'Filter evaluations that exceeded their step budget.',
    labelNames: ['brand'],
    registers: [this.registry],
  });

  private readonly stale = new Counter({
    name: 'patchbay_ingest_stale_calls_total',
    help: 'Ingest calls that were prepared again, because the configuration of their brand changed before they were stored.',
    registers: [this.registry],
  });
  private readonly brandLoads = new Counter({
    name: 'patchbay_configuration_brand_loads_total',
    help: 'Brands whose configuration was loaded, because it was needed or because it changed.',
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Counts one call to the ingest endpoint. */
  ingest(brand: string, answer: IngestAnswer): void {
    if (answer.kind === 'stored') for (const { status } of answer.events) this.ingested.inc({ brand, outcome: status });
    // The brand of a refused call is unauthenticated input, so it must not become a label.
    else this.refused.inc({ outcome: answer.kind });
  }

  /** Counts ingest calls that were prepared again, because their brand changed. */
  staleCalls(calls: number): void {
    this.stale.inc(calls);
  }

  /** Counts the load of a brand's configuration. */
  brandLoaded(): void {
    this.brandLoads.inc();
  }

  /** Counts the outcome of a claimed delivery. */
  attempted(labels: DestinationLabels, { outcome, state, durationMs, written }: CountedAttempt): void {
    const { brand, destination, type } = this.bounded(labels);
    this.attempts.inc({ brand, destination, type, outcome });
    if (durationMs !== null) this.attemptSeconds.observe({ type }, durationMs / 1_000);
    // If the lease was lost, the process that now holds the lease counts the end of the delivery.
    if (written && state !== 'scheduled') this.ends.inc({ brand, destination, type, state });
  }

  /** Counts deliveries that got a status from their vendor. */
  vendorStatus(labels: DestinationLabels, status: string, count: number): void {
    const { brand, destination, type } = this.bounded(labels);
    this.vendorStatuses.inc({ brand, destination, type, status }, count);
  }

  /** Counts filters that exceeded their budget for one event. */
  filterBudgetExceeded(brand: string, filters: number): void {
    this.overBudget.inc({ brand }, filters);
  }

  /** Adds a gauge that is read at each scrape. */
  watch(name: string, help: string, read: () => number | Promise<number>): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.registry],
      collect: async () => {
        gauge.set(await read());
      },
    });
  }

  /** Adds gauges of a connection pool. */
  watchPool(read: () => PoolUsage): void {
    const gauge = new Gauge<'state'>({
      name: 'patchbay_database_connections',
      help: 'Connections of the pg pool of the hot paths, and statements waiting for one.',
      labelNames: ['state'],
      registers: [this.registry],
      collect: () => {
        const { total, idle, waiting } = read();
        gauge.set({ state: 'busy' }, total - idle);
        gauge.set({ state: 'idle' }, idle);
        gauge.set({ state: 'waiting' }, waiting);
      },
    });
  }

  /**
   * Returns the labels of a destination. Returns `other` if the destination is new and the maximum number of
   * destinations is reached.
   */
  bounded(labels: DestinationLabels): DestinationLabels {
    const key = `${labels.brand}/${labels.destination}/${labels.type}`;
    if (!this.known.has(key)) {
      if (this.known.size >= MAX_DESTINATIONS) return OTHER;
      this.known.add(key);
    }
    return labels;
  }
}
