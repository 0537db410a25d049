import type { DispatcherLog, LiveConfiguration } from '@patchbay/core';
import type { Logger } from 'pino';
import type { DestinationLabels, HubMetrics } from '../metrics/hub-metrics.js';

/** One wide line a try (every id, the time it took, what came of it and when it goes on), and the counters beside it. */
export function dispatcherLog(logger: Logger, metrics: HubMetrics, configuration: LiveConfiguration): DispatcherLog {
  // Ids, names and numbers of ours: looking each line through for what must not be told costs four times the line.
  const lines = logger.child({}, { redact: [] });
  return {
    attempted: (facts) => {
      lines.info(facts, 'delivery attempted');
      metrics.attempt(labelsOf(configuration, facts.destinationId), facts.outcome, facts.state, facts.durationMs);
    },
    paused: (facts) => logger.warn(facts, 'destination paused; its deliveries are held'),
    fault: (error, where) => logger.error({ err: error, where }, 'a fault of the hub; the delivery goes back'),
  };
}

function labelsOf({ current }: LiveConfiguration, destinationId: string): DestinationLabels {
  const destination = current.destination(destinationId);
  if (destination === undefined) return { brand: 'gone', destination: 'gone', type: 'gone' };
  const { brandId, name, type } = destination;
  return { brand: current.brand(brandId)?.name ?? 'gone', destination: name, type };
}
