import type { EventEnvelope } from '@patchbay/plugin-sdk';
import { matchesEventPattern } from './event-pattern.js';
import { filterScope, type BrandView, type CompiledSubscription } from './routing-table.js';

/** Why a subscription did or did not want an event. */
export type MatchExplanation =
  | { readonly matched: true }
  | { readonly matched: false; readonly reason: 'otherSource' }
  | { readonly matched: false; readonly reason: 'eventType'; readonly events: readonly string[] }
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

/** Judges one event by one subscription version, as routing did when the event came in. */
export function explainMatch(
  subscription: CompiledSubscription,
  sourceId: string,
  event: EventEnvelope,
  brand: BrandView,
): MatchExplanation {
  const { record, filter } = subscription;
  if (record.sourceId !== sourceId) return { matched: false, reason: 'otherSource' };
  if (!record.events.some((pattern) => matchesEventPattern(pattern, event.type))) {
    return { matched: false, reason: 'eventType', events: record.events };
  }
  const outcome = filter?.explain(filterScope(event, brand));
  return outcome === undefined || outcome.matched
    ? { matched: true }
    : { matched: false, reason: 'filter', clause: outcome.clause };
}
