import type { CompiledBrand } from '../configuration/compiled-brand.js';
import { candidatesOf, type ComparisonScopes, type ReconciliationRequest } from './comparison-scope.js';
import {
  compareDay,
  DAY_MS,
  startOfDay,
  type CapillaryCounts,
  type DayComparison,
  type StoredCounts,
} from './day-counts.js';
import type { CapillaryEventMetrics } from './event-metrics.port.js';
import type { ReconciliationStore, RecordedDay } from './reconciliation-store.port.js';

const NONE: StoredCounts = { accepted: 0, quarantined: 0 };

/** Result of a comparison. */
export interface ReconciliationResult {
  /** Oldest day first. */
  readonly days: readonly DayComparison[];
  /** Days of which more events are missing than at their last comparison. */
  readonly grown: readonly string[];
}

/** Comparison of the events that the hub has with the events that Capillary counted, per UTC day. */
export class CapillaryReconciliation {
  constructor(
    private readonly metrics: CapillaryEventMetrics,
    private readonly scopes: Pick<ComparisonScopes, 'resolve'>,
    private readonly store: ReconciliationStore,
  ) {}

  /**
   * Compares days and records each result.
   * @throws ReconciliationError, or DeliveryError if Capillary refuses or does not answer
   */
  async run(brand: CompiledBrand, request: ReconciliationRequest): Promise<ReconciliationResult> {
    const { source, connection, days, consumerGroup } = await this.scopes.resolve(brand, request);
    const counted: { readonly day: string; readonly counts: CapillaryCounts }[] = [];
    for (const day of days) {
      const from = startOfDay(day);
      counted.push({ day, counts: await this.metrics.counts(connection, consumerGroup, from, from + DAY_MS) });
    }
    // The stored events are counted last. Otherwise an event that arrives in between would look missing.
    const stored = await this.store.storedByDay(source, days[0] ?? '', days.at(-1) ?? '');
    const compared = counted.map(({ day, counts }) => compareDay(day, counts, stored.get(day) ?? NONE));
    const grown: string[] = [];
    for (const comparison of compared) {
      if (await this.store.record(source, comparison)) grown.push(comparison.day);
    }
    return { days: compared, grown };
  }

  /** Returns the recorded comparisons, newest day first. Empty if the brand has no source that can be compared. */
  async recorded(brand: CompiledBrand): Promise<readonly RecordedDay[]> {
    const candidates = candidatesOf(brand);
    return candidates[0] === undefined ? [] : this.store.recorded(candidates[0].record.id);
  }
}
