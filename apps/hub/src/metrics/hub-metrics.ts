import { isAttemptKind, type AttemptFacts, type IngestAnswer, type RowCounts } from '@patchbay/core';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { inTime } from '../http/in-time.js';
import { LabelLimit } from './label-limit.js';
import { METRICS, type GaugeDefinition, type MetricDefinition } from './metric-definitions.js';
import { SCRAPE_WAIT_MS } from './metrics-reporter.js';

/** Metric labels of a destination. {@link HubMetrics} limits the number of destinations with labels of their own. */
export interface DestinationLabels {
  readonly brand: string;
  readonly destination: string;
  readonly type: string;
}

/** Ingest call that was answered. */
export interface AnsweredCall {
  readonly brand: string;
  readonly source: string;
  /** Adapter of the source. Undefined if the source is unknown. */
  readonly adapter: string | undefined;
  /** Time from the complete body to the answer, in milliseconds. */
  readonly durationMs: number;
}

/** Outcome of a claimed delivery, to be counted. */
export type CountedAttempt = Pick<
  AttemptFacts,
  'outcome' | 'state' | 'written' | 'errorKind' | 'responseStatus' | 'durationMs' | 'deliveredAfterMs' | 'attempt'
>;

/** Values of a gauge at a scrape: one number, or one number per combination of labels. */
export type GaugeValues =
  number | readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];

/**
 * Maximum number of destinations, of sources and of brands with metric series of their own, per process. All others are
 * counted together as `other`.
 */
const MAX_LABELS = 2_000;
const OTHER = 'other';
const OTHER_DESTINATION: DestinationLabels = { brand: OTHER, destination: OTHER, type: OTHER };

/**
 * Metrics of one process, as {@link METRICS} defines them. Durations are in seconds, by the convention of Prometheus.
 */
export class HubMetrics {
  readonly registry = new Registry();
  private readonly destinations = new LabelLimit(MAX_LABELS);
  private readonly sources = new LabelLimit(MAX_LABELS);
  private readonly brands = new LabelLimit(MAX_LABELS);

  private readonly ingestDuration = this.histogram(METRICS.ingestDuration);
  private readonly ingested = this.counter(METRICS.ingestEvents);
  private readonly refused = this.counter(METRICS.ingestRefused);
  private readonly importedRows = this.counter(METRICS.importedRows);
  private readonly overBudget = this.counter(METRICS.filterBudgetExceeded);
  private readonly stale = this.counter(METRICS.ingestStaleCalls);
  private readonly groupEvents = this.histogram(METRICS.ingestGroupEvents);
  private readonly created = this.counter(METRICS.deliveriesCreated);
  private readonly filtered = this.counter(METRICS.deliveriesFiltered);
  private readonly claims = this.counter(METRICS.claims);
  private readonly attempts = this.counter(METRICS.attempts);
  private readonly attemptDuration = this.histogram(METRICS.attemptDuration);
  private readonly deliveryDuration = this.histogram(METRICS.deliveryDuration);
  private readonly vendorResponses = this.counter(METRICS.vendorResponses);
  private readonly ends = this.counter(METRICS.deliveriesEnded);
  private readonly suppressed = this.counter(METRICS.deliveriesSuppressed);
  private readonly deadLetters = this.counter(METRICS.deadLetters);
  private readonly leasesLost = this.counter(METRICS.leasesLost);
  private readonly vendorStatuses = this.counter(METRICS.vendorStatuses);
  private readonly callbacks = this.counter(METRICS.callbacks);
  private readonly databaseDuration = this.histogram(METRICS.databaseDuration);
  private readonly replicaReads = this.counter(METRICS.replicaReads);
  private readonly loadDuration = this.histogram(METRICS.configurationLoadDuration);
  private readonly brandLoads = this.counter(METRICS.brandLoads);

  /** @param isReporter returns true if this process reports the metrics of the whole hub */
  constructor(private readonly isReporter: () => boolean = () => true) {
    collectDefaultMetrics({ register: this.registry });
    // Gauges whose names end in `_total`, which is the ending of counters. Their sums over the types remain.
    for (const name of MISNAMED_DEFAULTS) this.registry.removeSingleMetric(name);
  }

  /** Counts one call to the ingest endpoint. */
  ingest({ brand, source, adapter, durationMs }: AnsweredCall, answer: IngestAnswer): void {
    const { kind } = answer;
    this.ingestDuration.observe({ adapter: adapter ?? 'unknown', outcome: kind }, durationMs / 1_000);
    if (kind !== 'stored') {
      this.refusedCall(kind);
      return;
    }
    const isKnown = this.sources.allows(`${brand}/${source}`);
    for (const { status } of answer.events) {
      this.ingested.inc({ brand: isKnown ? brand : OTHER, source: isKnown ? source : OTHER, outcome: status });
    }
  }

  /** Counts a refused ingest call. Its brand is unauthenticated input, so it must not become a label. */
  refusedCall(outcome: Exclude<IngestAnswer['kind'], 'stored'>): void {
    this.refused.inc({ outcome });
  }

  /** Records the number of events of one commit. */
  storedGroup(events: number): void {
    this.groupEvents.observe(events);
  }

  /** Counts deliveries of stored events: created deliveries, and deliveries that a filter prevented. */
  createdDeliveries(
    brand: string,
    { created, filtered }: { readonly created: number; readonly filtered: number },
  ): void {
    const label = this.boundedBrand(brand);
    if (created > 0) this.created.inc({ brand: label }, created);
    if (filtered > 0) this.filtered.inc({ brand: label }, filtered);
  }

  /** Counts rows of a file that were imported. */
  imported(brandName: string, { accepted, duplicate, quarantined }: RowCounts): void {
    const brand = this.boundedBrand(brandName);
    this.importedRows.inc({ brand, outcome: 'accepted' }, accepted);
    this.importedRows.inc({ brand, outcome: 'duplicate' }, duplicate);
    this.importedRows.inc({ brand, outcome: 'quarantined' }, quarantined);
  }

  /** Counts ingest calls that were prepared again, because their brand changed. */
  staleCalls(calls: number): void {
    this.stale.inc(calls);
  }

  /** Records the duration of a prepared statement, in milliseconds. */
  statement(name: string, durationMs: number): void {
    // Statements that read one partition have its name in theirs. It must not become a label, because there are many.
    const at = name.indexOf(' events_');
    this.databaseDuration.observe({ statement: at === -1 ? name : name.slice(0, at) }, durationMs / 1_000);
  }

  /** Counts a read of a list or count, if there is a replica. */
  replicaRead(server: 'replica' | 'primary' | 'repeated'): void {
    this.replicaReads.inc({ server });
  }

  /** Records the duration of a load of brands, in milliseconds. */
  configurationLoaded(durationMs: number): void {
    this.loadDuration.observe(durationMs / 1_000);
  }

  /** Counts a status callback. @param type type of the destination; undefined if the URL of the callback is wrong */
  callback(type: string | undefined, outcome: 'accepted' | 'refused'): void {
    this.callbacks.inc({ type: type ?? 'unknown', outcome });
  }

  /** Counts the load of a brand's configuration. */
  brandLoaded(): void {
    this.brandLoads.inc();
  }

  /** Counts a statement that claimed due deliveries. @param deliveries number of claimed deliveries */
  claimed(deliveries: number): void {
    this.claims.inc({ result: deliveries > 0 ? 'deliveries' : 'none' });
  }

  /** Counts the outcome of a claimed delivery. @param reason code of the reason for the state; null if there is none */
  attempted(labels: DestinationLabels, counted: CountedAttempt, reason: string | null): void {
    const { outcome, durationMs, written } = counted;
    const bounded = this.bounded(labels);
    const { brand, destination, type } = bounded;
    this.attempts.inc({ brand, destination, type, outcome });
    if (isAttemptKind(outcome)) this.attemptDuration.observe({ type }, durationMs / 1_000);
    const status = responseLabel(counted);
    if (status !== null) this.vendorResponses.inc({ type, status });
    // If the lease was lost, the process that now holds the lease counts the end of the delivery.
    if (written) this.ended(bounded, counted, reason);
    else this.leasesLost.inc();
  }

  /** Counts deliveries that got a status from their vendor. */
  vendorStatus(labels: DestinationLabels, status: string, count: number): void {
    const { brand, destination, type } = this.bounded(labels);
    this.vendorStatuses.inc({ brand, destination, type, status }, count);
  }

  /** Counts filters that exceeded their budget for one event. */
  filterBudgetExceeded(brand: string, filters: number): void {
    this.overBudget.inc({ brand: this.boundedBrand(brand) }, filters);
  }

  /**
   * Adds a gauge that is read at each scrape. Only one process reads a gauge of the whole hub, so that a sum over all
   * processes is correct. If `read` fails or takes longer than 3 seconds, the gauge is left out of the scrape. The other
   * metrics are needed most while the database is unavailable.
   */
  watch({ name, help, labels, scope }: GaugeDefinition, read: () => GaugeValues | Promise<GaugeValues>): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: labels,
      registers: [this.registry],
      collect: async () => {
        gauge.reset();
        // A gauge without labels has the value 0 after the reset.
        gauge.remove({});
        if (scope === 'hub' && !this.isReporter()) return;
        try {
          const values = (await inTime(Promise.resolve(read()), SCRAPE_WAIT_MS)) ?? [];
          for (const { labels: of, value } of typeof values === 'number' ? [{ labels: {}, value: values }] : values) {
            gauge.set(of, value);
          }
        } catch {
          // `patchbay_database_up` shows the cause.
        }
      },
    });
  }

  /** Adds a counter without labels whose value is read at each scrape. */
  watchCount({ name, help }: Pick<MetricDefinition, 'name' | 'help'>, read: () => number): void {
    const counter: Counter = new Counter({
      ...{ name, help, registers: [this.registry] },
      collect: () => {
        counter.reset();
        counter.inc(read());
      },
    });
  }

  /**
   * Returns the labels of a destination. Returns `other` if the destination is new and the maximum number of
   * destinations is reached.
   */
  bounded(labels: DestinationLabels): DestinationLabels {
    const { brand, destination, type } = labels;
    return this.destinations.allows(`${brand}/${destination}/${type}`) ? labels : OTHER_DESTINATION;
  }

  /** Returns the label of a brand. Returns `other` if the brand is new and the maximum number of brands is reached. */
  boundedBrand(brand: string): string {
    return this.brands.allows(brand) ? brand : OTHER;
  }

  /** Counts the end of a delivery, unless it is still scheduled. */
  private ended(
    { brand, destination, type }: DestinationLabels,
    { state, errorKind, attempt, deliveredAfterMs }: CountedAttempt,
    reason: string | null,
  ): void {
    if (state === 'scheduled') return;
    this.ends.inc({ brand, destination, type, state });
    if (deliveredAfterMs !== null) {
      const isFirst = attempt === 1;
      this.deliveryDuration.observe({ type, first_attempt: isFirst ? 'yes' : 'no' }, deliveredAfterMs / 1_000);
    }
    if (state === 'dead') this.deadLetters.inc({ brand, destination, type, error_kind: errorKind ?? 'none' });
    if (state === 'suppressed' || state === 'cancelled' || state === 'superseded') {
      this.suppressed.inc({ brand: this.boundedBrand(brand), reason: reason ?? state });
    }
  }

  private counter<Label extends string>(definition: Defined<'counter', Label>): Counter<Label> {
    const { name, help, labels } = definition;
    return new Counter({ name, help, labelNames: labels, registers: [this.registry] });
  }

  private histogram<Label extends string>(definition: Defined<'histogram', Label>): Histogram<Label> {
    const { name, help, labels, buckets } = definition;
    return new Histogram({ name, help, labelNames: labels, buckets: [...buckets], registers: [this.registry] });
  }
}

/** HTTP statuses with a label of their own, because they have causes of their own. All others are counted by class. */
const OWN_STATUSES: ReadonlySet<number> = new Set([401, 403, 404, 408, 429]);

/** Returns the label of the vendor's response to an attempt. Null if it is unknown if a response arrived. */
function responseLabel({ outcome, responseStatus: status }: CountedAttempt): string | null {
  if (status === null) return outcome === 'transient' || outcome === 'unconfirmed' ? 'none' : null;
  if (OWN_STATUSES.has(status)) return String(status);
  // A plugin may invent statuses, which must not become labels.
  return status >= 100 && status < 600 ? `${Math.trunc(status / 100)}xx` : OTHER;
}

/** Definition of a counter or a histogram, with the names of its labels. */
type Defined<Type extends MetricDefinition['type'], Label extends string> = Pick<MetricDefinition, 'name' | 'help'> & {
  readonly type: Type;
  readonly labels: readonly Label[];
} & (Type extends 'histogram' ? { readonly buckets: readonly number[] } : unknown);

const MISNAMED_DEFAULTS = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];
