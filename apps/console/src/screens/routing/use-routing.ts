import type { Answer, Entry } from '@patchbay/client';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { destinationsQuery, sourcesQuery, statsQuery, subscriptionsQuery } from '../../api/queries';

/** Parts of a brand's routing, with rates and health. */
export interface Routing {
  readonly sources: readonly Entry<'/v1/brands/{brand}/sources'>[];
  readonly subscriptions: readonly Entry<'/v1/brands/{brand}/subscriptions'>[];
  readonly destinations: readonly Entry<'/v1/brands/{brand}/destinations'>[];
  /** Rates and backlog by name of the destination. */
  readonly stats: ReadonlyMap<string, Answer<'/v1/stats'>['destinations'][number]>;
}

/** Time between two readings, in milliseconds. */
const POLL_MS = 10_000;

/** Reads the parts of a brand's routing every ten seconds. At most 200 of each kind. */
export function useRouting(brand: string): UseQueryResult<Routing> {
  return useQuery({
    queryKey: ['routing', brand],
    queryFn: async ({ client }) => {
      const [sources, subscriptions, destinations, stats] = await Promise.all([
        client.query(sourcesQuery(brand)),
        client.query(subscriptionsQuery(brand)),
        client.query(destinationsQuery(brand)),
        client.query(statsQuery),
      ]);
      return {
        sources: sources.data,
        subscriptions: subscriptions.data,
        destinations: destinations.data,
        stats: new Map(stats.destinations.filter((one) => one.brand === brand).map((one) => [one.name, one])),
      };
    },
    refetchInterval: POLL_MS,
  });
}
