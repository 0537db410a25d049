import type { EventEnvelope } from '@patchbay/plugin-sdk';
import { EventBudget, HIDDEN_VALUE, looksAtHidden } from '@patchbay/mapping';
import type { SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import { hiddenPathOf, type PersonalValue } from '../event/personal-value.js';
import { explainMatch, type MatchExplanation, describeMismatch, type Mismatch } from '../ingest/explain-match.js';
import { NO_ROUTE, routePaths } from '../delivery/route.js';
import { bySubscriptionId, compileSubscription, type BrandView } from '../ingest/routing.js';
import { byTimeAndStep } from './delivery-outcomes.js';
import { describeDelivery } from './describe-delivery.js';
import type { DeliverySummary, StoredEvent } from './read-store.port.js';

/** Outcomes of an event for a subscription. */
export const SUBSCRIPTION_OUTCOMES = [
  'matched',
  'otherSource',
  'eventType',
  'filter',
  'filterBudgetExceeded',
  'quarantined',
  'erased',
] as const;
/** One of {@link SUBSCRIPTION_OUTCOMES}. */
export type SubscriptionOutcomeKind = (typeof SUBSCRIPTION_OUTCOMES)[number];

/** Outcome of an event for one subscription, with its reason. */
export interface SubscriptionOutcome {
  readonly name: string;
  readonly outcome: SubscriptionOutcomeKind;
  /** Text that explains why the subscription does not match, or the state of its delivery. Null if there is no reason. */
  readonly reason: string | null;
  /** Explanation of the outcome in one sentence, without personal values. */
  readonly explanation: string;
  /** Event types that the subscription takes, if it does not take this one; null for other outcomes. */
  readonly eventTypes: readonly string[] | null;
  /** Filter clause that failed; null for other outcomes. */
  readonly clause: Extract<Mismatch, { reason: 'filter' }>['clause'] | null;
  /** Entries of the subscription's route and what became of them; null if the delivery was not routed. */
  readonly route: readonly ExplainedEntry[] | null;
  /** Latest delivery of the event for this subscription; null if there is none. */
  readonly delivery: DeliverySummary | null;
  /** All deliveries of the event for this subscription, including deliveries that replays created; oldest first. */
  readonly deliveries: readonly DeliverySummary[];
}

/** Entry of a route, without values that its clauses compare. */
export interface ExplainedEntry {
  /** Number of the entry, from 1. */
  readonly entry: number;
  /** Name of the destination; null if it was deleted. */
  readonly destination: string | null;
  /** Paths that its clauses read. Empty if the entry matches every event. */
  readonly paths: readonly string[];
  /** True for the chosen entry, false if the entry did not match; null if the entry was not evaluated. */
  readonly matched: boolean | null;
}

/** Event with all data needed to explain it. */
export interface ExplainedEvent {
  readonly event: StoredEvent;
  /** Event in the form that routing evaluates, with personal values. */
  readonly envelope: EventEnvelope;
  readonly personal: readonly PersonalValue[];
  readonly brand: BrandView;
  /** All subscriptions of the brand at the configuration revision that routed the event. */
  readonly subscriptions: readonly SubscriptionVersionRecord[];
  /** Destinations by id, for the entries of routes. */
  readonly destinations: ReadonlyMap<string, { readonly name: string }>;
  /** Deliveries of the event, oldest first. */
  readonly deliveries: readonly DeliverySummary[];
}

/**
 * Explains an event for each subscription, ordered by name. A stored delivery takes precedence over the result of
 * routing the event now. Includes deliveries that a replay created for subscriptions newer than the event.
 */
export function explainEvent(explained: ExplainedEvent): readonly SubscriptionOutcome[] {
  const bySubscription = new Map<string, DeliverySummary[]>();
  for (const delivery of explained.deliveries) {
    const { subscriptionId } = delivery;
    bySubscription.set(subscriptionId, [...(bySubscription.get(subscriptionId) ?? []), delivery]);
  }
  const known = new Set(explained.subscriptions.map(({ subscriptionId }) => subscriptionId));
  // Evaluate every filter, as routing does, because all filters of an event share one budget.
  const budget = new EventBudget();
  const outcomes = explained.subscriptions.toSorted(bySubscriptionId).map((record) => {
    const judged = withoutDelivery(record, explained, budget);
    return delivered(bySubscription.get(record.subscriptionId) ?? [], explained) ?? judged;
  });
  const later = [...bySubscription].flatMap(([id, deliveries]) =>
    known.has(id) ? [] : [delivered(deliveries, explained)],
  );
  return [...outcomes, ...later.filter((outcome) => outcome !== null)].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Removes personal values from an explanation. The path and the operator of the clause remain. */
export function withoutPersonal(explanation: MatchExplanation, personal: readonly PersonalValue[]): MatchExplanation {
  if (explanation.matched || explanation.reason !== 'filter') return explanation;
  const { clause } = explanation;
  return looksAtHidden(clause.path, personal.map(hiddenPathOf))
    ? { ...explanation, clause: { ...clause, actual: HIDDEN_VALUE } }
    : explanation;
}

function delivered(deliveries: readonly DeliverySummary[], explained: ExplainedEvent): SubscriptionOutcome | null {
  const delivery = deliveries.toSorted(byTimeAndStep).at(-1);
  if (delivery === undefined) return null;
  return {
    name: delivery.subscription,
    outcome: 'matched',
    reason: delivery.reason,
    explanation: describeDelivery(delivery),
    eventTypes: null,
    clause: null,
    route: explainRoute(deliveries, explained),
    delivery,
    deliveries,
  };
}

/** Explains the route of the latest delivery that is not a fallback step. */
function explainRoute(
  deliveries: readonly DeliverySummary[],
  { subscriptions, destinations }: ExplainedEvent,
): readonly ExplainedEntry[] | null {
  const delivery = deliveries
    .filter(({ step }) => step === 0)
    .toSorted(byTimeAndStep)
    .at(-1);
  const version = subscriptions.find(({ id }) => id === delivery?.subscriptionVersionId);
  if (delivery === undefined || version?.route === undefined) return null;
  const { routeEntry, reason } = delivery;
  return version.route.map((record, index) => {
    const entry = index + 1;
    const isRejected = reason === NO_ROUTE || (routeEntry !== null && entry < routeEntry);
    const matched = entry === routeEntry ? true : isRejected ? false : null;
    const destination = destinations.get(record.destinationId)?.name ?? null;
    return { entry, destination, paths: routePaths(record), matched };
  });
}

function withoutDelivery(
  record: SubscriptionVersionRecord,
  explained: ExplainedEvent,
  budget: EventBudget,
): SubscriptionOutcome {
  const { event, envelope, brand, personal } = explained;
  const { name } = record;
  const ended = (outcome: SubscriptionOutcomeKind, reason: string): SubscriptionOutcome => {
    return {
      name,
      outcome,
      reason,
      explanation: reason,
      eventTypes: null,
      clause: null,
      route: null,
      delivery: null,
      deliveries: [],
    };
  };
  if (event.status === 'quarantined') {
    return ended('quarantined', 'The event is quarantined because it could not be read, so it was not routed.');
  }
  if (event.erasedAt !== null) {
    return ended('erased', 'The content of the event was erased with one of its customers.');
  }
  const explanation = withoutPersonal(
    explainMatch(compileSubscription(record), event.sourceId, envelope, brand, budget),
    personal,
  );
  if (explanation.matched) {
    return ended('matched', 'The subscription matches, but no delivery is stored any more.');
  }
  const clause = explanation.reason === 'filter' ? explanation.clause : null;
  const eventTypes = explanation.reason === 'eventType' ? explanation.events : null;
  return { ...ended(explanation.reason, describeMismatch(explanation)), eventTypes, clause };
}
