import { isAttemptKind, type CompiledConfiguration, type DispatcherLog } from '@patchbay/core';
import type { Logger } from 'pino';
import type { DestinationLabels, HubMetrics } from '../metrics/hub-metrics.js';

/** What says the names of a destination. */
interface Names {
  readonly current: Pick<CompiledConfiguration, 'destination' | 'brand'>;
}

/** One wide line per attempt (every id, the time it took, what came of it and when it goes on), and the counters beside it. */
export function dispatcherLog(logger: Logger, metrics: HubMetrics, configuration: Names): DispatcherLog {
  // Ids, names and numbers of ours: looking each line through for what must not be told costs four times the line.
  const lines = logger.child({}, { redact: [] });
  return {
    attempted: (facts) => {
      lines.info(facts, 'delivery attempted');
      const { outcome, state, durationMs, written } = facts;
      const labels = labelsOf(configuration, facts.destinationId);
      metrics.attempt(labels, outcome, isAttemptKind(outcome) ? durationMs : null);
      // Where the lease was lost, whoever has it now counts the end.
      if (written && state !== 'scheduled') metrics.ended(labels, state);
    },
    paused: (facts) => logger.warn(facts, 'destination paused; its deliveries are held'),
    fault: (error, where) => logger.error({ err: error, where }, 'a fault of the hub; the delivery goes back'),
  };
}

function labelsOf({ current }: Names, destinationId: string): DestinationLabels {
  const destination = current.destination(destinationId);
  if (destination === undefined) return { brand: 'gone', destination: 'gone', type: 'gone' };
  const { brandId, name, type } = destination;
  return { brand: current.brand(brandId)?.name ?? 'gone', destination: name, type };
}
