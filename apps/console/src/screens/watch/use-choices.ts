import { useQuery } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client';
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
    queryFn: ({ signal }) => LOADERS[names](brand, signal),
  });
  return (data ?? []).map((name) => ({ value: name, label: name }));
}

const LOADERS: Record<Names, (brand: string, signal: AbortSignal) => Promise<string[]>> = {
  destinations: async (brand, signal) => {
    const params = { path: { brand }, query: { limit: 200 } };
    const { data } = await answerOf(api.GET('/v1/brands/{brand}/destinations', { params, signal }));
    return data.map(({ name }) => name);
  },
  subscriptions: async (brand, signal) => {
    const params = { path: { brand }, query: { limit: 200 } };
    const { data } = await answerOf(api.GET('/v1/brands/{brand}/subscriptions', { params, signal }));
    return data.map(({ name }) => name);
  },
  sources: async (brand, signal) => {
    const params = { path: { brand }, query: { limit: 200 } };
    const { data } = await answerOf(api.GET('/v1/brands/{brand}/sources', { params, signal }));
    return data.map(({ name }) => name);
  },
  eventTypes: async (brand, signal) => {
    const params = { path: { brand } };
    const { data } = await answerOf(api.GET('/v1/brands/{brand}/seen-event-types', { params, signal }));
    return data.map(({ type }) => type);
  },
};
