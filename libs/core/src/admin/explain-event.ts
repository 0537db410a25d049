import type { EventEnvelope } from '@patchbay/plugin-sdk';
import { EventBudget, HIDDEN_VALUE, looksAtHidden } from '@patchbay/mapping';
import type { SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import { hiddenPathOf, type PersonalValue } from '../event/privacy.js';
import { timeOfUuidV7 } from '../ids.js';
import { describeMismatch, type Mismatch } from '../routing/describe-mismatch.js';
import { explainMatch, type MatchExplanation } from '../routing/explain.js';
import { bySubscriptionId, compileSubscription, type BrandView } from '../routing/routing-table.js';
import type { DeliverySummary, StoredEvent } from './read-store.port.js';

/** What became of an event for a subscription. */
export const SUBSCRIPTION_OUTCOMES = [
  'matched',
  'otherSource',
  'eventType',
  'filter',
  'filterBudgetExceeded',
  'quarantined',
  'erased',
] as const;
/** See {@link SUBSCRIPTION_OUTCOMES}. */
export type SubscriptionOutcomeKind = (typeof SUBSCRIPTION_OUTCOMES)[number];

/** What became of an event for one subscription, and why. */
export interface SubscriptionOutcome {
  readonly name: string;
  readonly outcome: SubscriptionOutcomeKind;
  /** In words: why it was not wanted, or why its delivery stands as it does; null where there is nothing to say. */
  readonly reason: string | null;
  /** The clause that failed. */
  readonly clause: Extract<Mismatch, { reason: 'filter' }>['clause'] | null;
  /** The latest, where there are several. */
  readonly delivery: DeliverySummary | null;
  /** All of them, the oldest first: those that replays made too. */
  readonly deliveries: readonly DeliverySummary[];
}

/** An event with everything that explaining it takes. */
export interface ExplainedEvent {
  readonly event: StoredEvent;
  /** As routing saw it: personal values in their places. */
  readonly envelope: EventEnvelope;
  readonly personal: readonly PersonalValue[];
  readonly brand: BrandView;
  /** Every subscription of the brand as it was at the event's revision. */
  readonly subscriptions: readonly SubscriptionVersionRecord[];
  /** Of the event, the oldest first. */
  readonly deliveries: readonly DeliverySummary[];
}

/**
 * What became of an event, subscription by subscription, in the order of their names. A delivery is a fact and outweighs
 * what routing would say today; one whose subscription came later (by a replay) is told too.
 */
export function explainEvent(explained: ExplainedEvent): readonly SubscriptionOutcome[] {
  const bySubscription = new Map<string, DeliverySummary[]>();
  for (const delivery of explained.deliveries) {
    const { subscriptionId } = delivery;
    bySubscription.set(subscriptionId, [...(bySubscription.get(subscriptionId) ?? []), delivery]);
  }
  const known = new Set(explained.subscriptions.map(({ subscriptionId }) => subscriptionId));
  // Every filter is evaluated, as routing did, because each takes from the budget of those after it.
  const budget = new EventBudget();
  const outcomes = explained.subscriptions.toSorted(bySubscriptionId).map((record) => {
    const judged = withoutDelivery(record, explained, budget);
    return delivered(bySubscription.get(record.subscriptionId) ?? []) ?? judged;
  });
  const later = [...bySubscription].flatMap(([id, deliveries]) => (known.has(id) ? [] : [delivered(deliveries)]));
  return [...outcomes, ...later.filter((outcome) => outcome !== null)].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** An explanation that tells nobody a personal value: the clause's path and its operator remain. */
export function withoutPersonal(explanation: MatchExplanation, personal: readonly PersonalValue[]): MatchExplanation {
  if (explanation.matched || explanation.reason !== 'filter') return explanation;
  const { clause } = explanation;
  return looksAtHidden(clause.path, personal.map(hiddenPathOf))
    ? { ...explanation, clause: { ...clause, actual: HIDDEN_VALUE } }
    : explanation;
}

function delivered(deliveries: readonly DeliverySummary[]): SubscriptionOutcome | null {
  const delivery = deliveries.toSorted(byTimeAndStep).at(-1);
  if (delivery === undefined) return null;
  return {
    name: delivery.subscription,
    outcome: 'matched',
    reason: delivery.reason,
    clause: null,
    delivery,
    deliveries,
  };
}

/** Steps of a fallback are of the same time as the delivery before them. */
function byTimeAndStep(a: DeliverySummary, b: DeliverySummary): number {
  return timeOfUuidV7(a.id) - timeOfUuidV7(b.id) || a.step - b.step;
}

function withoutDelivery(
  record: SubscriptionVersionRecord,
  explained: ExplainedEvent,
  budget: EventBudget,
): SubscriptionOutcome {
  const { event, envelope, brand, personal } = explained;
  const { name } = record;
  const base = { name, clause: null, delivery: null, deliveries: [] };
  if (event.status === 'quarantined') {
    return { ...base, outcome: 'quarantined', reason: 'The event could not be read, so no subscription saw it.' };
  }
  if (event.erasedAt !== null) {
    return { ...base, outcome: 'erased', reason: 'A customer it names was forgotten: what it said is gone.' };
  }
  const explanation = withoutPersonal(
    explainMatch(compileSubscription(record), event.sourceId, envelope, brand, budget),
    personal,
  );
  if (explanation.matched) {
    return { ...base, outcome: 'matched', reason: 'It matches, and no delivery of it is stored any more.' };
  }
  const clause = explanation.reason === 'filter' ? explanation.clause : null;
  return { ...base, outcome: explanation.reason, reason: describeMismatch(explanation), clause };
}
