import type { EventEnvelope } from '@patchbay/plugin-sdk';
import type { Clock } from '../clock.js';
import type { CompiledBrand, CompiledSource } from '../configuration/compiled-brand.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import type { RouteEntryRecord } from '../configuration/configuration-snapshot.js';
import { openEvent, openPersonal } from '../event/privacy.js';
import { filterScope } from '../ingest/routing.js';
import { messagingOfStep } from '../messaging/fallback.js';
import { firstDelayMs } from '../messaging/first-due.js';
import type { MessagePolicy } from '../messaging/rules.js';
import { countedBeforeLastAttempt } from '../replay/redelivery.js';
import { unknownSource, type CachedVersion, type MappingCache } from './build-message.js';
import type { CustomerLookups } from './customer-lookups.js';
import type { AttemptOutcome, ClaimedDelivery, RouteChoice } from './delivery.js';
import type { Destinations } from './destinations.js';
import type { DispatcherLog } from './dispatcher-log.js';
import { evaluateRoute, factsOf, NO_ROUTE, type RouteScope, type RouteVerdict } from './route.js';

/** Dependencies of {@link RouteDelivery}. */
export interface RouteParts {
  readonly configuration: LiveConfiguration;
  readonly mappings: Pick<MappingCache, 'versionOf'>;
  readonly lookups: Pick<CustomerLookups, 'find'>;
  readonly policy: Pick<MessagePolicy, 'expiredOrCancelled'>;
  readonly destinations: Pick<Destinations, 'findIn'>;
  readonly clock: Clock;
  readonly log: Pick<DispatcherLog, 'fault'>;
}

/** Event of a delivery with the data that its route reads. */
interface RoutedEvent {
  readonly brand: CompiledBrand;
  readonly delivery: ClaimedDelivery;
  readonly version: CachedVersion;
  readonly route: readonly RouteEntryRecord[];
  readonly event: EventEnvelope;
  readonly source: CompiledSource;
}

/**
 * Chooses the destinations of deliveries whose subscription has a route. Of the messaging rules, only expiry and
 * cancellation apply here. All others, the mapping and the limits of the destination apply when the delivery is sent.
 */
export class RouteDelivery {
  constructor(private readonly parts: RouteParts) {}

  /**
   * Chooses the destination of a delivery. Never throws. Returns the outcome if the message expired or was cancelled,
   * if facts could not be fetched, or if no entry matches. A choice does not count as an attempt.
   */
  async route(delivery: ClaimedDelivery, signal: AbortSignal): Promise<RouteChoice | AttemptOutcome> {
    try {
      const routed = await this.open(delivery);
      const { brand, source, event, version } = routed;
      const { messaging } = version;
      const due = { delivery, event, source, configuration: brand, messaging };
      const stopped = messaging === null ? null : await this.parts.policy.expiredOrCancelled(due);
      if (stopped !== null) return stopped;
      const verdict = await this.evaluate(routed, signal);
      return verdict.kind === 'chosen' ? await this.choose(routed, verdict.entry) : verdict;
    } catch (error) {
      this.parts.log.fault(error, `routing of delivery ${delivery.id}`);
      return {
        kind: 'internal_error',
        message: 'The routing failed within the hub. The hub retries the delivery automatically.',
      };
    }
  }

  private async open(delivery: ClaimedDelivery): Promise<RoutedEvent> {
    const { configuration, mappings } = this.parts;
    let brand = await configuration.brand(delivery.brandId);
    if (brand?.source(delivery.event.sourceId) === undefined) {
      await configuration.refresh();
      brand = await configuration.brand(delivery.brandId);
    }
    const source = brand?.source(delivery.event.sourceId);
    if (brand === null || source === undefined) throw unknownSource(delivery);
    const personal = delivery.event.sealed === null ? [] : openPersonal(delivery.event, source.brand.vault);
    const version = await mappings.versionOf(delivery.subscriptionVersionId);
    const { route = [] } = version;
    return { brand, delivery, version, route, source, event: openEvent(delivery.event, source, personal) };
  }

  /** Evaluates the route. Fetches facts only if the choice depends on them. */
  private async evaluate(
    routed: RoutedEvent,
    signal: AbortSignal,
  ): Promise<Extract<RouteVerdict, { kind: 'chosen' }> | AttemptOutcome> {
    const { route, version, event, source } = routed;
    const scope: RouteScope = filterScope(event, source.brandView);
    let verdict = evaluateRoute(route, scope);
    if (verdict.kind === 'undetermined') {
      const { brand, adapter } = source;
      const facts = factsOf(route, version.enrich);
      // The choice is final, so it must not depend on a temporary failure. The policy `continue` applies when the
      // message is built.
      const query = { event, brandId: brand.id, adapter, ...facts, onFailure: 'retry' } as const;
      const found = await this.parts.lookups.find(query, signal);
      if (found.kind !== 'found') return found;
      const { enriched, recipient } = found;
      verdict = evaluateRoute(route, { ...scope, enriched, recipient });
    }
    return verdict.kind === 'chosen' ? verdict : endOf(verdict);
  }

  /** Chooses the destination of an entry. Returns the outcome if the destination was deleted. */
  private async choose(
    { brand, delivery, version, route }: RoutedEvent,
    entry: number,
  ): Promise<RouteChoice | AttemptOutcome> {
    const { configuration, destinations, clock } = this.parts;
    const destinationId = route[entry - 1]?.destinationId ?? '';
    let chosen = destinations.findIn(brand, destinationId);
    if (chosen.record === undefined) {
      await configuration.refresh();
      const newer = await configuration.brand(brand.id);
      if (newer !== null) chosen = destinations.findIn(newer, destinationId);
    }
    const { record, retry } = chosen;
    if (record === undefined) return { kind: 'cancelled', message: 'destination deleted' };
    const isRedelivered = delivery.messaging?.redelivered === true;
    const { scheduleMs } = retry;
    return {
      kind: 'routed',
      id: delivery.id,
      token: delivery.token,
      destinationId,
      dueAt: clock.now() + (isRedelivered ? 0 : firstDelayMs(record)),
      countedAttempts: isRedelivered ? countedBeforeLastAttempt(0, scheduleMs) : 0,
      messaging: {
        ...delivery.messaging,
        ...messagingOfStep(version.messaging, 0, destinationId),
        routed: { entry, destinationId },
      },
    };
  }
}

function endOf(verdict: Exclude<RouteVerdict, { kind: 'chosen' }>): AttemptOutcome {
  switch (verdict.kind) {
    case 'noMatch':
      return { kind: 'suppressed', message: NO_ROUTE };
    case 'budgetExceeded':
      return {
        kind: 'mapping',
        message:
          `Entry ${verdict.entry} of the route needs too many steps for an event of this size. ` +
          'Use fewer conditions on long lists and texts, then replay the event with the current mapping.',
      };
    case 'undetermined':
      throw new Error(`Entry ${verdict.entry} of the route could not be evaluated although its facts were fetched.`);
  }
}
