import { isAttemptKind, type CompiledConfiguration, type DispatcherLog } from '@patchbay/core';
import type { Logger } from 'pino';
import type { DestinationLabels, HubMetrics } from '../metrics/hub-metrics.js';

/** Configuration that has the names of destinations. */
interface NameSource {
  readonly current: Pick<CompiledConfiguration, 'destination' | 'brand'>;
}

/**
 * Creates the log of the dispatcher. It writes one line per attempt with ids, duration, outcome and next attempt, and
 * updates the counters.
 */
export function dispatcherLog(logger: Logger, metrics: HubMetrics, configuration: NameSource): DispatcherLog {
  // These lines contain only ids, names and numbers of the hub. Redaction would cost four times as much as the line
  // itself.
  const lines = logger.child({}, { redact: [] });
  return {
    attempted: (facts) => {
      lines.info(facts, 'delivery attempted');
      const { outcome, state, durationMs, written } = facts;
      const labels = labelsOf(configuration, facts.destinationId);
      metrics.attempt(labels, outcome, isAttemptKind(outcome) ? durationMs : null);
      // If the lease was lost, the process that now holds the lease counts the end of the delivery.
      if (written && state !== 'scheduled') metrics.ended(labels, state);
    },
    paused: (facts) => logger.warn(facts, 'destination paused, its deliveries are held'),
    fault: (error, where) => logger.error({ err: error, where }, 'internal error, delivery released'),
  };
}

function labelsOf({ current }: NameSource, destinationId: string): DestinationLabels {
  const destination = current.destination(destinationId);
  if (destination === undefined) return { brand: 'gone', destination: 'gone', type: 'gone' };
  const { brandId, name, type } = destination;
  return { brand: current.brand(brandId)?.name ?? 'gone', destination: name, type };
}
