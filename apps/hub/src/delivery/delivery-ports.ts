import {
  CustomerLookups,
  isAttemptKind,
  type CompiledBrand,
  type ConfigurationRecords,
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
  pauses: LookupGuard,
): CustomerLookups {
  // Several deliveries share one lookup, so aborting a delivery does not abort its lookup. Each lookup ends at its own
  // time limit.
  const { signal } = new AbortController();
  const http = createHttpClient({ egress, signal, timeoutMs: TIMEOUT_MS });
  const enricher = createEnricher({
    specOf: (brandId) => configuration.heldBrand(brandId).brand.lookups.enrichment,
    http,
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

/** Brand that has the names of its destinations. */
type NamedBrand = Pick<CompiledBrand, 'destinations'> & {
  readonly brand: { readonly name: string };
  readonly records: Pick<ConfigurationRecords, 'subscriptions'>;
};

/**
 * Returns the metric labels of a destination, or of the queue of undecided deliveries of a subscription.
 * @param brand brand of the queue; undefined or null if the brand was deleted
 */
export function destinationLabels(brand: NamedBrand | null | undefined, queueId: string): DestinationLabels {
  const destination = brand?.destinations.get(queueId);
  const isUndecided = brand?.records.subscriptions.some(({ subscriptionId }) => subscriptionId === queueId) === true;
  if (!brand || (destination === undefined && !isUndecided)) return GONE;
  const { name = 'undecided', type = 'undecided' } = destination ?? {};
  return { brand: brand.brand.name, destination: name, type };
}

/**
 * Creates the log of the dispatcher. The log writes one line per attempt with ids, duration, outcome and next attempt,
 * and updates the counters.
 */
export function dispatcherLog(
  logger: Logger,
  metrics: HubMetrics,
  brands: { brandOfQueueIfLoaded(queueId: string): NamedBrand | undefined },
): DispatcherLog {
  // The lines of this log are not redacted, because they contain only ids, names and numbers of the hub. Redaction
  // would cost four times as much as writing the line.
  const lines = logger.child({}, { redact: [] });
  return {
    attempted: (facts) => {
      lines.info(facts, 'delivery attempted');
      metrics.attempted(
        // The brand is in memory while its deliveries are attempted.
        destinationLabels(brands.brandOfQueueIfLoaded(facts.destinationId), facts.destinationId),
        isAttemptKind(facts.outcome) ? facts : { ...facts, durationMs: null },
      );
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
