import { useQuery, type QueryClient } from '@tanstack/react-query';
import { destinationsQuery, seenEventTypesQuery, sourcesQuery, subscriptionsQuery } from '../../api/queries';
import { useBrand } from '../../lib/use-brand';
import type { Choice } from './choice-filter';

/** Kind of names that filters offer. */
type Names = 'destinations' | 'subscriptions' | 'sources' | 'eventTypes';

/** Returns the names of the brand's objects, or its event types of the last seven days, as choices of a filter. */
export function useChoices(names: Names): readonly Choice[] {
  const brand = useBrand();
  const { data } = useQuery({
    queryKey: ['choices', brand, names],
    staleTime: 60_000,
    queryFn: ({ client }) => LOADERS[names](client, brand),
  });
  return (data ?? []).map((name) => ({ value: name, label: name }));
}

const LOADERS: Record<Names, (client: QueryClient, brand: string) => Promise<string[]>> = {
  destinations: async (client, brand) => namesOf(await client.query(destinationsQuery(brand))),
  subscriptions: async (client, brand) => namesOf(await client.query(subscriptionsQuery(brand))),
  sources: async (client, brand) => namesOf(await client.query(sourcesQuery(brand))),
  eventTypes: async (client, brand) => {
    const { data } = await client.query(seenEventTypesQuery(brand));
    return data.map(({ type }) => type);
  },
};

function namesOf({ data }: { readonly data: readonly { readonly name: string }[] }): string[] {
  return data.map(({ name }) => name);
}
