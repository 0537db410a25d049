import type { EventEnvelope, JsonObject } from '@patchbay/plugin-sdk';
import { compileFilter, EventBudget, type CompiledFilter } from '@patchbay/mapping';
import { MESSAGE_PREFIX, OPERATIONAL_SOURCE } from '../operations/operational-event.js';
import type { SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';

/** Brand fields that filters can read. */
export interface BrandView extends JsonObject {
  name: string;
  timezone: string;
}

/** Subscription version with its compiled filter. */
export interface CompiledSubscription {
  readonly record: SubscriptionVersionRecord;
  /** Null if the subscription has no filter, so that every event of its types matches. */
  readonly filter: CompiledFilter | null;
}

/**
 * Maximum number of cached event types. The cache is bounded, because the sender chooses the types and could otherwise
 * fill the memory.
 */
const MAX_CACHED_TYPES = 10_000;

/** Result of matching an event with the subscriptions of its source. */
export interface RoutedEvent {
  /** Subscriptions whose filters match the event. */
  readonly matched: readonly CompiledSubscription[];
  /**
   * Subscriptions whose filter exceeds its work budget for this event. The event is not delivered to these
   * subscriptions.
   */
  readonly overBudget: readonly CompiledSubscription[];
  /** Number of subscriptions to the type of the event whose filter does not match the event. */
  readonly filtered: number;
}

/** Index of subscriptions that finds the matches of an event in memory. Compiled once per revision. */
export class RoutingTable {
  private readonly bySource = new Map<string, CompiledSubscription[]>();
  private readonly candidates = new Map<string, readonly CompiledSubscription[]>();

  /** Throws if a filter does not compile. This cannot happen with filters that were checked when they were saved. */
  constructor(records: readonly SubscriptionVersionRecord[]) {
    for (const record of records.toSorted(bySubscriptionId)) {
      const compiled = compileSubscription(record);
      const known = this.bySource.get(record.sourceId);
      if (known === undefined) this.bySource.set(record.sourceId, [compiled]);
      else known.push(compiled);
    }
  }

  /** Evaluates the filters of a source's subscriptions in the order of {@link bySubscriptionId}, within one budget. */
  match(sourceId: string, event: EventEnvelope, brand: BrandView): RoutedEvent {
    const candidates = this.candidates.get(`${sourceId}/${event.type}`) ?? this.findCandidates(sourceId, event);
    if (candidates.length === 0) return NO_MATCH;
    const scope = filterScope(event, brand);
    const budget = new EventBudget();
    const matched: CompiledSubscription[] = [];
    const overBudget: CompiledSubscription[] = [];
    for (const candidate of candidates) {
      const verdict = candidate.filter?.evaluate(scope, budget).kind ?? 'matched';
      if (verdict === 'matched') matched.push(candidate);
      else if (verdict === 'budgetExceeded') overBudget.push(candidate);
    }
    return { matched, overBudget, filtered: candidates.length - matched.length - overBudget.length };
  }

  private findCandidates(sourceId: string, { type, source }: EventEnvelope): readonly CompiledSubscription[] {
    const found = (this.bySource.get(sourceId) ?? []).filter(({ record }) =>
      record.events.some((pattern) => matchesEventPattern(pattern, type, source)),
    );
    if (this.candidates.size >= MAX_CACHED_TYPES) this.candidates.clear();
    this.candidates.set(`${sourceId}/${type}`, found);
    return found;
  }
}

/** Result for an event that no subscription can match. */
export const NO_MATCH: RoutedEvent = { matched: [], overBudget: [], filtered: 0 };

/**
 * Compares subscriptions for the order in which their filters use the budget of an event. The oldest subscription is
 * first, so that a new subscription cannot use up the budget of older subscriptions.
 */
export function bySubscriptionId(
  { subscriptionId: one }: SubscriptionVersionRecord,
  { subscriptionId: other }: SubscriptionVersionRecord,
): number {
  return one < other ? -1 : Number(one > other);
}

/** Compiles one subscription version. Throws a FilterError if its filter is invalid. */
export function compileSubscription(record: SubscriptionVersionRecord): CompiledSubscription {
  return { record, filter: record.when === null ? null : compileFilter(record.when) };
}

/** Returns the variables that a filter can read. */
export function filterScope(
  event: EventEnvelope,
  brand: BrandView,
): { event: JsonObject; data: JsonObject; brand: JsonObject } {
  const { data, ...envelope } = event;
  return { event: envelope, data, brand };
}

/**
 * Returns true if a pattern matches an event type. A pattern is the type itself, a prefix such as `points*`, or `*`.
 * The hub's own events about messages are matched only by their type, and by prefixes that begin with `message.`.
 * @param source name of the source of the event. May be left out if the source is not the hub's own.
 */
export function matchesEventPattern(pattern: string, type: string, source?: string): boolean {
  if (!pattern.endsWith('*')) return pattern === type;
  const prefix = pattern.slice(0, -1);
  const isOptIn = source === OPERATIONAL_SOURCE && type.startsWith(MESSAGE_PREFIX);
  return type.startsWith(prefix) && (!isOptIn || prefix.startsWith(MESSAGE_PREFIX));
}
