import { matchesEventPattern } from '../ingest/routing.js';
import type { SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';

/**
 * Returns the event types that the subscriptions of a source use, sorted. A subscription uses the types that it selects,
 * and the types that cancel its waiting messages. A pattern such as `points*` selects the types of the catalogue that match. A type without `*` is
 * returned even if the catalogue lacks it, because Capillary may have newer types.
 */
export function usedEventNames(
  subscriptions: readonly Pick<SubscriptionVersionRecord, 'events' | 'messaging' | 'sourceId'>[],
  sourceId: string,
  catalogue: readonly string[],
): readonly string[] {
  const patterns = subscriptions
    .filter((one) => one.sourceId === sourceId)
    .flatMap(({ events, messaging }) => [...events, ...(messaging?.cancelOn?.events ?? [])]);
  const types = patterns.flatMap((pattern) =>
    pattern.endsWith('*') ? catalogue.filter((type) => matchesEventPattern(pattern, type)) : [pattern],
  );
  return [...new Set(types)].sort();
}
