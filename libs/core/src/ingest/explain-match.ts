import type { EventEnvelope } from '@patchbay/plugin-sdk';
import { EventBudget } from '@patchbay/mapping';
import type { SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import { filterScope, type BrandView, type CompiledSubscription, matchesEventPattern } from './routing.js';

/** Explanation why a subscription matches an event or does not. */
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
 * Matches one event with one subscription version, as routing did when the event was received.
 * @param budget work budget of the event, shared with the previous subscriptions; left out to match only this
 * subscription
 */
export function explainMatch(
  subscription: CompiledSubscription,
  sourceId: string,
  event: EventEnvelope,
  brand: BrandView,
  budget = new EventBudget(),
): MatchExplanation {
  const { record, filter } = subscription;
  const mismatch = sourceOrTypeMismatch(record, { sourceId, ...event });
  if (mismatch !== null) return mismatch;
  const verdict = filter?.evaluate(filterScope(event, brand), budget);
  switch (verdict?.kind) {
    case undefined:
    case 'matched':
      return { matched: true };
    case 'budgetExceeded':
      return { matched: false, reason: 'filterBudgetExceeded' };
    // `undetermined` occurs only with hidden values, which these filters do not have.
    case 'undetermined':
    case 'notMatched':
      return { matched: false, reason: 'filter', clause: verdict.clause() };
  }
}

/**
 * Returns the mismatch if a subscription does not take events of this source or type; null if the subscription takes
 * them.
 */
export function sourceOrTypeMismatch(
  record: SubscriptionVersionRecord,
  { sourceId, source, type }: { readonly sourceId: string } & Pick<EventEnvelope, 'source' | 'type'>,
): Extract<MatchExplanation, { reason: 'otherSource' | 'eventType' }> | null {
  if (record.sourceId !== sourceId) return { matched: false, reason: 'otherSource' };
  if (record.events.some((pattern) => matchesEventPattern(pattern, type, source))) return null;
  return { matched: false, reason: 'eventType', events: record.events };
}

/** Reason for which a subscription does not match an event. */
export type Mismatch = Extract<MatchExplanation, { matched: false }>;

/** Kind of {@link Mismatch}. */
export type MismatchKind = Mismatch['reason'];
/** All kinds of {@link Mismatch}. */
export const MISMATCHES: readonly MismatchKind[] = ['otherSource', 'eventType', 'filterBudgetExceeded', 'filter'];

const MAX_LISTED = 10;
const MAX_TEXT = 200;

const OVER_BUDGET =
  'Filter budget exceeded: the filter needs too many steps for an event of this size, so the event was not sent. ' +
  'Use fewer conditions on long lists and texts, apply the change, then replay the event with the current mapping.';

/** Describes a mismatch as text. */
export function describeMismatch(mismatch: Mismatch): string {
  switch (mismatch.reason) {
    case 'otherSource':
      return 'The subscription takes events of another source.';
    case 'eventType':
      return `The subscription takes ${listed(mismatch.events)}, not this event type.`;
    case 'filterBudgetExceeded':
      return OVER_BUDGET;
    case 'filter': {
      const { path, operator, expected, actual } = mismatch.clause;
      const condition = `${operator} ${shortened(JSON.stringify(expected))}`;
      return path === ''
        ? `The filter does not match: ${condition}.`
        : `${path} is ${JSON.stringify(actual)}, but the filter requires ${condition}.`;
    }
  }
}

function listed(events: readonly string[]): string {
  const more = events.length - MAX_LISTED;
  return events.slice(0, MAX_LISTED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function shortened(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
}
