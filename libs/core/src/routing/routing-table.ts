import type { EventEnvelope, JsonObject } from '@patchbay/plugin-sdk';
import { compileFilter, EventBudget, type CompiledFilter } from '@patchbay/mapping';
import type { SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import { matchesEventPattern } from './event-pattern.js';

/** What filters see of a brand. */
export interface BrandView extends JsonObject {
  name: string;
  timezone: string;
}

/** A subscription version, its filter compiled. */
export interface CompiledSubscription {
  readonly record: SubscriptionVersionRecord;
  /** Null: every event of its types. */
  readonly filter: CompiledFilter | null;
}

// Types are the sender's words: without a bound they would fill the memory.
const MAX_REMEMBERED_TYPES = 10_000;

/** What the filters of a source's subscriptions say about an event. */
export interface RoutedEvent {
  /** The subscriptions that this event goes to. */
  readonly matched: readonly CompiledSubscription[];
  /** Subscriptions whose filter needs more work for this event than it may do; the event does not go to them. */
  readonly overBudget: readonly CompiledSubscription[];
}

/** Which subscriptions want an event. Compiled once for each revision; matching is all in memory. */
export class RoutingTable {
  private readonly bySource = new Map<string, CompiledSubscription[]>();
  private readonly candidates = new Map<string, readonly CompiledSubscription[]>();

  /** Throws where a filter does not compile: what was checked when it was saved still has to hold. */
  constructor(records: readonly SubscriptionVersionRecord[]) {
    for (const record of records.toSorted(bySubscriptionId)) {
      const compiled = compileSubscription(record);
      const known = this.bySource.get(record.sourceId);
      if (known === undefined) this.bySource.set(record.sourceId, [compiled]);
      else known.push(compiled);
    }
  }

  /** Evaluates the filters in the order of {@link bySubscriptionId}, within one budget. */
  match(sourceId: string, event: EventEnvelope, brand: BrandView): RoutedEvent {
    const candidates = this.candidatesFor(sourceId, event.type);
    if (candidates.length === 0) return NO_MATCH;
    const scope = filterScope(event, brand);
    const budget = new EventBudget();
    const overBudget: CompiledSubscription[] = [];
    const matched = candidates.filter((candidate) => {
      const verdict = candidate.filter?.evaluate(scope, budget).kind ?? 'matched';
      if (verdict === 'budgetExceeded') overBudget.push(candidate);
      return verdict === 'matched';
    });
    return { matched, overBudget };
  }

  private candidatesFor(sourceId: string, type: string): readonly CompiledSubscription[] {
    const key = `${sourceId}/${type}`;
    const known = this.candidates.get(key);
    if (known !== undefined) return known;
    const found = (this.bySource.get(sourceId) ?? []).filter(({ record }) =>
      record.events.some((pattern) => matchesEventPattern(pattern, type)),
    );
    if (this.candidates.size >= MAX_REMEMBERED_TYPES) this.candidates.clear();
    this.candidates.set(key, found);
    return found;
  }
}

const NO_MATCH: RoutedEvent = { matched: [], overBudget: [] };

/**
 * The order in which filters draw on the budget of an event: the oldest subscription first, so that a new one cannot take
 * the work away from those that were there.
 */
export function bySubscriptionId(
  { subscriptionId: one }: SubscriptionVersionRecord,
  { subscriptionId: other }: SubscriptionVersionRecord,
): number {
  return one < other ? -1 : Number(one > other);
}

/** Compiles one subscription version. Throws a FilterError. */
export function compileSubscription(record: SubscriptionVersionRecord): CompiledSubscription {
  return { record, filter: record.when === null ? null : compileFilter(record.when) };
}

/** What a filter sees. */
export function filterScope(
  event: EventEnvelope,
  brand: BrandView,
): { event: JsonObject; data: JsonObject; brand: JsonObject } {
  const { data, ...envelope } = event;
  return { event: envelope, data, brand };
}
