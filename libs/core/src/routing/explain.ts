import type { EventEnvelope } from '@patchbay/plugin-sdk';
import { EventBudget } from '@patchbay/mapping';
import type { SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import { matchesEventPattern } from './event-pattern.js';
import { filterScope, type BrandView, type CompiledSubscription } from './routing-table.js';

/** Why a subscription did or did not want an event. */
export type MatchExplanation =
  | { readonly matched: true }
  | { readonly matched: false; readonly reason: 'otherSource' }
  | { readonly matched: false; readonly reason: 'eventType'; readonly events: readonly string[] }
  | { readonly matched: false; readonly reason: 'filterBudgetExceeded' }
  | {
      readonly matched: false;
      readonly reason: 'filter';
      readonly clause: {
        readonly path: string;
        readonly operator: string;
        readonly expected: unknown;
        readonly actual: unknown;
      };
    };

/**
 * Judges one event by one subscription version, as routing did when the event came in.
 * @param budget the event's: shared with the subscriptions before it, or left out to judge this one alone
 */
export function explainMatch(
  subscription: CompiledSubscription,
  sourceId: string,
  event: EventEnvelope,
  brand: BrandView,
  budget = new EventBudget(),
): MatchExplanation {
  const { record, filter } = subscription;
  const mismatch = sourceOrTypeMismatch(record, sourceId, event.type);
  if (mismatch !== null) return mismatch;
  const verdict = filter?.evaluate(filterScope(event, brand), budget);
  switch (verdict?.kind) {
    case undefined:
    case 'matched':
      return { matched: true };
    case 'budgetExceeded':
      return { matched: false, reason: 'filterBudgetExceeded' };
    // Nothing is hidden from these filters.
    case 'undetermined':
    case 'notMatched':
      return { matched: false, reason: 'filter', clause: verdict.clause() };
  }
}

/** Why a subscription does not take events of this source or type at all; null if it does. */
export function sourceOrTypeMismatch(
  record: SubscriptionVersionRecord,
  sourceId: string,
  type: string,
): Extract<MatchExplanation, { reason: 'otherSource' | 'eventType' }> | null {
  if (record.sourceId !== sourceId) return { matched: false, reason: 'otherSource' };
  if (record.events.some((pattern) => matchesEventPattern(pattern, type))) return null;
  return { matched: false, reason: 'eventType', events: record.events };
}
