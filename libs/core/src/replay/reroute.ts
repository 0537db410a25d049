import type { EventEnvelope } from '@patchbay/plugin-sdk';
import { personalOf, storedEnvelope, withPersonal } from '../admin/stored-event.js';
import { brandView, type CompiledConfiguration } from '../configuration/compiled-configuration.js';
import type { BrandRecord, SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import { orderOf, type DeliveryOrder } from '../delivery/ordering.js';
import { explainMatch } from '../routing/explain.js';
import { compileSubscription, type CompiledSubscription, type RoutingTable } from '../routing/routing-table.js';
import { VaultError } from '../vault.port.js';
import type { ReplayCandidate, ReplayedEvent, ReplaySelection, ReplaySkip } from './replay.js';

/** An event and the subscription version that it goes out by again. */
export interface ReplayPair {
  readonly event: ReplayedEvent;
  readonly version: SubscriptionVersionRecord;
  /** Left out: it goes out whatever else waits. */
  readonly order?: DeliveryOrder;
}

/** What comes of a candidate. */
export interface ReroutedEvent {
  readonly pairs: readonly ReplayPair[];
  /** One reason for each pair that is not made; of an event that nobody wants, one. */
  readonly skips: readonly ReplaySkip[];
}

/** What routing again depends on. */
export interface RerouteContext {
  readonly selection: ReplaySelection;
  readonly configuration: CompiledConfiguration;
  readonly brand: BrandRecord;
  /** The subscriptions in force at a revision. */
  readonly at: (revision: number) => RoutedVersions;
  /** Versions by id, where none was in force at the event's revision. */
  readonly version: (id: string) => SubscriptionVersionRecord | undefined;
}

/** Subscriptions of one revision. */
export interface RoutedVersions {
  readonly records: readonly SubscriptionVersionRecord[];
  readonly table: RoutingTable;
}

/** Which deliveries are made of a candidate, and by which versions. Pure. */
export function reroute(candidate: ReplayCandidate, view: RerouteContext): ReroutedEvent {
  try {
    return candidate.earlier === null
      ? ofEvent(candidate.event, view)
      : ofDelivery(candidate.event, candidate.earlier, view);
  } catch (error) {
    if (error instanceof VaultError) return { pairs: [], skips: ['unreadable'] };
    throw error;
  }
}

function ofEvent(event: ReplayedEvent, view: RerouteContext): ReroutedEvent {
  const { selection, configuration, brand } = view;
  const table = selection.mapping === 'current' ? configuration.routing : view.at(event.configRevision).table;
  const routed = table.match(event.sourceId, envelopeOf(event, brand), brandView(brand));
  const named = (subscriptions: readonly CompiledSubscription[]): readonly SubscriptionVersionRecord[] =>
    subscriptions.map(({ record }) => record).filter((record) => isNamed(record, view));
  const made = toPairs(event, named(routed.matched), view);
  const skips = [...made.skips, ...named(routed.overBudget).map(() => 'filterBudgetExceeded' as const)];
  return { pairs: made.pairs, skips: made.pairs.length + skips.length === 0 ? ['notWanted'] : skips };
}

function ofDelivery(
  event: ReplayedEvent,
  earlier: NonNullable<ReplayCandidate['earlier']>,
  view: RerouteContext,
): ReroutedEvent {
  if (!earlier.latest) return { pairs: [], skips: ['notLatest'] };
  const isSame = ({ subscriptionId }: SubscriptionVersionRecord): boolean => subscriptionId === earlier.subscriptionId;
  if (view.selection.mapping === 'current') {
    const current = view.configuration.records.subscriptions.find(isSame);
    if (current === undefined) return { pairs: [], skips: ['notWanted'] };
    const refusal = refusalOf(current, event, view.brand);
    return refusal === null ? toPairs(event, [current], view) : { pairs: [], skips: [refusal] };
  }
  // Made by a replay for a subscription that came later than the event: by what it was made with.
  const version = view.at(event.configRevision).records.find(isSame) ?? view.version(earlier.subscriptionVersionId);
  return version === undefined ? { pairs: [], skips: ['notWanted'] } : toPairs(event, [version], view);
}

/** Why a subscription does not get an event; null if it does. Judges its filter alone. */
function refusalOf(record: SubscriptionVersionRecord, event: ReplayedEvent, brand: BrandRecord): ReplaySkip | null {
  const envelope = envelopeOf(event, brand);
  const explanation = explainMatch(compileSubscription(record), event.sourceId, envelope, brandView(brand));
  if (explanation.matched) return null;
  return explanation.reason === 'filterBudgetExceeded' ? 'filterBudgetExceeded' : 'notWanted';
}

function isNamed(
  { name, destinationId }: SubscriptionVersionRecord,
  { selection: { filter }, configuration }: RerouteContext,
): boolean {
  const { subscription, destination } = filter;
  return (
    (subscription === undefined || subscription === name) &&
    (destination === undefined || destination === configuration.destination(destinationId)?.name)
  );
}

function toPairs(
  event: ReplayedEvent,
  versions: readonly SubscriptionVersionRecord[],
  { configuration, brand }: RerouteContext,
): ReroutedEvent {
  const pairs = versions
    .filter(({ destinationId }) => configuration.destination(destinationId) !== undefined)
    .map((version) => ({ event, version, ...inOrder(version, event, brand) }));
  return { pairs, skips: Array<ReplaySkip>(versions.length - pairs.length).fill('destinationGone') };
}

function inOrder(
  version: SubscriptionVersionRecord,
  event: ReplayedEvent,
  brand: BrandRecord,
): Pick<ReplayPair, 'order'> {
  if (version.ordering === null && !version.supersede && version.messaging?.digestMs === undefined) return {};
  // Its key may be made of personal values too.
  const order = orderOf(version, { ...event, data: envelopeOf(event, brand).data });
  return order === undefined ? {} : { order };
}

/** As routing saw it. Throws a VaultError. */
function envelopeOf(event: ReplayedEvent, brand: BrandRecord): EventEnvelope {
  return storedEnvelope(event, brand.name, withPersonal(event, personalOf(event, brand.vault)).data);
}
