import {
  CustomerLookups,
  isAttemptKind,
  type CompiledConfiguration,
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
    specOf: (brandId) => configuration.current.brands.get(brandId)?.lookups.enrichment,
    http,
    onSkipped: (skipped) => logger.warn(skipped, 'enrichment skipped, delivery continued without it'),
    pauses,
  });
  const recipients = createRecipientResolver(
    [
      eventRecipientSource,
      enrichedRecipientSource,
      createHttpRecipientSource((brandId) => configuration.current.brands.get(brandId)?.lookups.resolver, http, pauses),
    ],
    (brandId) => configuration.current.brands.get(brandId)?.recipientOrder ?? [],
  );
  return new CustomerLookups(enricher, recipients);
}

/** Configuration that has the names of destinations. */
interface NameSource {
  readonly current: Pick<CompiledConfiguration, 'destinations' | 'brands'> & {
    readonly records: Pick<ConfigurationRecords, 'subscriptions'>;
  };
}

/** Labels that stand for a destination that was deleted. */
const GONE = { brand: 'gone', destination: 'gone', type: 'gone' };

/** Returns the metric labels of a destination, or of the queue of undecided deliveries of a subscription. */
export function destinationLabels({ current }: NameSource, id: string): DestinationLabels {
  const destination = current.destinations.get(id);
  if (destination === undefined) return labelsWithout(current, id);
  const brand = current.brands.get(destination.brandId)?.name ?? 'gone';
  return { brand, destination: destination.name, type: destination.type };
}

/** Returns the labels of a delivery without a destination: it is undecided, or the destination was deleted. */
function labelsWithout({ records, brands }: NameSource['current'], id: string): typeof GONE {
  const subscription = records.subscriptions.find(({ subscriptionId }) => subscriptionId === id);
  if (subscription === undefined) return GONE;
  const brand = brands.get(subscription.brandId)?.name ?? 'gone';
  return { brand, destination: 'undecided', type: 'undecided' };
}

/**
 * Creates the log of the dispatcher. The log writes one line per attempt with ids, duration, outcome and next attempt,
 * and updates the counters.
 */
export function dispatcherLog(logger: Logger, metrics: HubMetrics, configuration: NameSource): DispatcherLog {
  // The lines of this log are not redacted, because they contain only ids, names and numbers of the hub. Redaction
  // would cost four times as much as writing the line.
  const lines = logger.child({}, { redact: [] });
  return {
    attempted: (facts) => {
      lines.info(facts, 'delivery attempted');
      metrics.attempted(
        destinationLabels(configuration, facts.destinationId),
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
