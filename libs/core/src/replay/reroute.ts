import type { EventEnvelope } from '@patchbay/plugin-sdk';
import { personalOf, storedEnvelope, withPersonal } from '../admin/stored-event.js';
import { brandView } from '../configuration/compiled-brand.js';
import type { CompiledBrand } from '../configuration/compiled-brand.js';
import type { BrandRecord, SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import { mappedDestinations } from '../configuration/subscription-destinations.js';
import type { DeliveryState } from '../delivery/delivery.js';
import { orderOf, type DeliveryOrder } from '../delivery/ordering.js';
import { candidatesOf, previewRoute } from '../delivery/route.js';
import { explainMatch } from '../ingest/explain-match.js';
import { compileSubscription, filterScope, type CompiledSubscription, type RoutingTable } from '../ingest/routing.js';
import { VaultError } from '../vault.port.js';
import {
  skipForState,
  type ReplayCandidate,
  type ReplayedEvent,
  type ReplaySelection,
  type ReplaySkip,
} from './replay.js';

/** Event with the subscription version by which the event is delivered again. */
export interface ReplayPair {
  readonly event: ReplayedEvent;
  readonly version: SubscriptionVersionRecord;
  /** State of the earlier delivery of the event and the subscription; `none` if there was none. */
  readonly earlierState: DeliveryState | 'none';
  /** Order of the delivery; left out if the delivery does not depend on other deliveries. */
  readonly order?: DeliveryOrder;
  /** Ids of the destinations that may get the delivery. The route of a subscription chooses when the delivery is due. */
  readonly candidates: readonly string[];
}

/** Result of routing a replay's candidate again. */
export interface ReroutedEvent {
  readonly pairs: readonly ReplayPair[];
  /**
   * Reasons for skipping: one reason per skipped subscription, or a single reason if no subscription matches the event.
   */
  readonly skips: readonly ReplaySkip[];
}

/** Dependencies of routing a replay's candidate again. */
export interface RerouteContext {
  readonly selection: ReplaySelection;
  readonly configuration: CompiledBrand;
  readonly brand: BrandRecord;
  /** Returns the subscriptions in force at a revision. */
  readonly at: (revision: number) => RoutedVersions;
  /** Returns a subscription version by id, for subscriptions that had no version at the event's revision. */
  readonly version: (id: string) => SubscriptionVersionRecord | undefined;
}

/** Subscriptions that were in force at one revision. */
export interface RoutedVersions {
  readonly records: readonly SubscriptionVersionRecord[];
  readonly table: RoutingTable;
}

/** Returns the deliveries to create for a candidate, and their subscription versions. Pure. */
export function reroute(candidate: ReplayCandidate, view: RerouteContext): ReroutedEvent {
  try {
    return candidate.earlier === null ? ofEvent(candidate, view) : ofDelivery(candidate.event, candidate.earlier, view);
  } catch (error) {
    if (error instanceof VaultError) return { pairs: [], skips: ['unreadable'] };
    throw error;
  }
}

function ofEvent({ event, states }: ReplayCandidate, view: RerouteContext): ReroutedEvent {
  const { selection, configuration, brand } = view;
  const table = selection.mapping === 'current' ? configuration.routing : view.at(event.configRevision).table;
  const routed = table.match(event.sourceId, envelopeOf(event, brand), brandView(brand));
  const named = (subscriptions: readonly CompiledSubscription[]): readonly SubscriptionVersionRecord[] =>
    subscriptions.map(({ record }) => record).filter((record) => isNamed(record, event, view));
  const skips: ReplaySkip[] = named(routed.overBudget).map(() => 'filterBudgetExceeded');
  const wanted = named(routed.matched).filter(({ subscriptionId }) => {
    const state = states.get(subscriptionId);
    const skip = state === undefined || selection.includeSucceeded ? null : skipForState(state);
    if (skip !== null) skips.push(skip);
    return skip === null;
  });
  const result = toPairs(event, wanted, states, view);
  skips.push(...result.skips);
  return { pairs: result.pairs, skips: result.pairs.length + skips.length === 0 ? ['notWanted'] : skips };
}

function ofDelivery(
  event: ReplayedEvent,
  earlier: NonNullable<ReplayCandidate['earlier']>,
  view: RerouteContext,
): ReroutedEvent {
  if (!earlier.latest) return { pairs: [], skips: ['notLatest'] };
  const states = new Map([[earlier.subscriptionId, earlier.state]]);
  const isSame = ({ subscriptionId }: SubscriptionVersionRecord): boolean => subscriptionId === earlier.subscriptionId;
  if (view.selection.mapping === 'current') {
    const current = view.configuration.records.subscriptions.find(isSame);
    if (current === undefined) return { pairs: [], skips: ['notWanted'] };
    const refusal = refusalOf(current, event, view.brand);
    return refusal === null ? toPairs(event, [current], states, view) : { pairs: [], skips: [refusal] };
  }
  // If the subscription is newer than the event, a replay created the earlier delivery. In that case, use the
  // subscription version of that delivery again.
  const version = view.at(event.configRevision).records.find(isSame) ?? view.version(earlier.subscriptionVersionId);
  return version === undefined ? { pairs: [], skips: ['notWanted'] } : toPairs(event, [version], states, view);
}

/** Returns the reason why a subscription does not match an event; null if the subscription matches. */
function refusalOf(record: SubscriptionVersionRecord, event: ReplayedEvent, brand: BrandRecord): ReplaySkip | null {
  const envelope = envelopeOf(event, brand);
  const explanation = explainMatch(compileSubscription(record), event.sourceId, envelope, brandView(brand));
  if (explanation.matched) return null;
  return explanation.reason === 'filterBudgetExceeded' ? 'filterBudgetExceeded' : 'notWanted';
}

/**
 * Returns true if the selection names the subscription and its destination. If the choice of a route depends on more
 * than the event, no destination is named, because another destination could get the message.
 */
function isNamed(
  record: SubscriptionVersionRecord,
  event: ReplayedEvent,
  { selection: { filter }, configuration, brand }: RerouteContext,
): boolean {
  const { subscription, destination } = filter;
  if (subscription !== undefined && subscription !== record.name) return false;
  if (destination === undefined) return true;
  const [only, ...others] = candidateIds(record, event, brand);
  return only !== undefined && others.length === 0 && destination === configuration.destinations.get(only)?.name;
}

/** Returns the ids of the destinations that may get the delivery of an event. */
function candidateIds(
  { destinationId, route = [] }: SubscriptionVersionRecord,
  event: ReplayedEvent,
  brand: BrandRecord,
): readonly string[] {
  if (destinationId !== null) return [destinationId];
  const previews = previewRoute(route, filterScope(envelopeOf(event, brand), brandView(brand)));
  return [...new Set(candidatesOf(previews).flatMap((entry) => route[entry - 1]?.destinationId ?? []))];
}

function toPairs(
  event: ReplayedEvent,
  versions: readonly SubscriptionVersionRecord[],
  states: ReadonlyMap<string, DeliveryState>,
  { configuration, brand }: RerouteContext,
): ReroutedEvent {
  const exists = (id: string): boolean => configuration.destinations.has(id);
  const pairs = versions
    .filter((version) => mappedDestinations(version).some(({ destinationId }) => exists(destinationId)))
    .map((version) => {
      const earlierState = states.get(version.subscriptionId) ?? ('none' as const);
      const candidates = candidateIds(version, event, brand).filter(exists);
      return { event, version, earlierState, candidates, ...inOrder(version, event, brand) };
    });
  return { pairs, skips: Array<ReplaySkip>(versions.length - pairs.length).fill('destinationGone') };
}

function inOrder(
  version: SubscriptionVersionRecord,
  event: ReplayedEvent,
  brand: BrandRecord,
): Pick<ReplayPair, 'order'> {
  if (version.ordering === null && !version.supersede && version.messaging?.digestMs === undefined) return {};
  // The order key may depend on personal values, so the event must be opened.
  const order = orderOf(version, { ...event, customerId: event.customerKey, data: envelopeOf(event, brand).data });
  return order === undefined ? {} : { order };
}

/**
 * Returns the event in the form that routing used when the event was received. Throws a VaultError if personal values
 * cannot be decrypted.
 */
function envelopeOf(event: ReplayedEvent, brand: BrandRecord): EventEnvelope {
  return storedEnvelope(event, brand.name, withPersonal(event, personalOf(event, brand.vault)).data);
}
