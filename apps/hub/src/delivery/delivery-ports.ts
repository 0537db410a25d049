import {
  CustomerLookups,
  reasonCode,
  type AttemptFacts,
  type DispatcherLog,
  type LiveConfiguration,
  type LookupGuard,
} from '@patchbay/core';
import { createHttpClient, type EgressPolicy } from '@patchbay/http';
import {
  createEnricher,
  createHttpRecipientSource,
  createRecipientResolver,
  enrichedRecipientSource,
  eventRecipientSource,
  type CapillaryClients,
} from '@patchbay/recipients';
import type { Logger } from 'pino';
import type { DestinationLabels, HubMetrics } from '../metrics/hub-metrics.js';

/** Maximum duration of a call to a brand's system, in milliseconds. The limits of single lookups are shorter. */
const TIMEOUT_MS = 10_000;

/**
 * Creates the lookups that deliveries make in the brand's own systems. The lookups use the current configuration and
 * the egress guard.
 */
export function customerLookups(
  logger: Logger,
  configuration: LiveConfiguration,
  egress: EgressPolicy,
  capillary: CapillaryClients,
  pauses: LookupGuard,
): CustomerLookups {
  // Several deliveries share one lookup, so aborting a delivery does not abort its lookup. Each lookup ends at its own
  // time limit.
  const { signal } = new AbortController();
  const http = createHttpClient({ egress, signal, timeoutMs: TIMEOUT_MS });
  const enricher = createEnricher({
    specOf: (brandId) => configuration.heldBrand(brandId).brand.lookups.enrichment,
    http,
    capillary,
    onSkipped: (skipped) => logger.warn(skipped, 'enrichment skipped, delivery continued without it'),
    pauses,
  });
  const recipients = createRecipientResolver(
    [
      eventRecipientSource,
      enrichedRecipientSource,
      createHttpRecipientSource((brandId) => configuration.heldBrand(brandId).brand.lookups.resolver, http, pauses),
    ],
    (brandId) => configuration.heldBrand(brandId).brand.recipientOrder,
  );
  return new CustomerLookups(enricher, recipients);
}

/** Labels that stand for a destination that was deleted. */
const GONE = { brand: 'gone', destination: 'gone', type: 'gone' };

/** Brand that has the names of its objects, of which `CompiledBrand` is one. */
interface NamedBrand {
  readonly brand: { readonly name: string };
  readonly destinations: ReadonlyMap<string, { readonly name: string; readonly type: string }>;
  readonly records: { readonly subscriptions: readonly { readonly subscriptionId: string; readonly name: string }[] };
  source(id: string): { readonly record: { readonly name: string } } | undefined;
}

/**
 * Returns the metric labels of a destination, or of the queue of undecided deliveries of a subscription.
 * @param brand brand of the queue; undefined or null if the brand was deleted
 */
export function destinationLabels(
  brand: Omit<NamedBrand, 'source'> | null | undefined,
  queueId: string,
): DestinationLabels {
  if (!brand) return GONE;
  const destination = brand.destinations.get(queueId);
  if (destination !== undefined) {
    return { brand: brand.brand.name, destination: destination.name, type: destination.type };
  }
  const isUndecided = brand.records.subscriptions.some(({ subscriptionId }) => subscriptionId === queueId);
  return isUndecided ? { brand: brand.brand.name, destination: 'undecided', type: 'undecided' } : GONE;
}

/**
 * Returns the fields of the log line about an attempt. Names of deleted objects are null. Lists all fields, because a
 * copy by a rest pattern takes twice as long.
 */
function attemptLine(facts: AttemptFacts, reason: string | null, brand: NamedBrand | undefined): object {
  const { subscriptionId } = facts;
  const destination = brand?.destinations.get(facts.destinationId);
  const subscription = brand?.records.subscriptions.find((record) => record.subscriptionId === subscriptionId);
  return {
    brand: brand?.brand.name ?? null,
    source: brand?.source(facts.sourceId)?.record.name ?? null,
    subscription: subscription?.name ?? null,
    destination: destination?.name ?? null,
    destinationType: destination?.type ?? null,
    eventType: facts.eventType,
    deliveryId: facts.deliveryId,
    eventId: facts.eventId,
    destinationId: facts.destinationId,
    attempt: facts.attempt,
    outcome: facts.outcome,
    state: facts.state,
    reason,
    errorKind: facts.errorKind,
    responseStatus: facts.responseStatus,
    durationMs: facts.durationMs,
    deliveredAfterMs: facts.deliveredAfterMs,
    nextDueAt: facts.nextDueAt,
    written: facts.written,
    direct: facts.direct,
    batchSize: facts.batchSize,
    traceId: facts.traceId,
  };
}

/**
 * Creates the log of the dispatcher. The log writes one line per attempt with names, ids, duration, outcome and next
 * attempt, and updates the metrics.
 */
export function dispatcherLog(
  logger: Logger,
  metrics: HubMetrics,
  brands: { brandIfLoaded(id: string): NamedBrand | undefined },
): DispatcherLog {
  // The lines of this log are not redacted, because they contain only ids, names and numbers of the hub. Redaction
  // would cost four times as much as writing the line.
  const lines = logger.child({}, { redact: [] });
  return {
    claimed: (deliveries) => metrics.claimed(deliveries),
    attempted: (facts) => {
      // The brand is in memory while its deliveries are attempted.
      const brand = brands.brandIfLoaded(facts.brandId);
      const labels = destinationLabels(brand, facts.destinationId);
      // A stored reason may contain the sender's id of an event, which may be personal. Its code does not.
      const reason = facts.reason === null ? null : reasonCode(facts.reason);
      lines.info(attemptLine(facts, reason, brand), 'delivery attempted');
      metrics.attempted(labels, facts, reason);
    },
    paused: (facts) => logger.warn(facts, 'destination paused, its deliveries are held'),
    opened: ({ until, ...facts }) =>
      logger.warn(
        { ...facts, until: new Date(until).toISOString() },
        'circuit breaker of destination opened, its deliveries wait',
      ),
    failing: (facts) => logger.warn(facts, 'vendor refused many messages in a row'),
    fault: (error, where) => logger.error({ err: error, where }, 'internal error, delivery released'),
  };
}
