import { answerOf } from '@patchbay/client';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { api } from '../api/client';

/** Query of the brands that the caller may see. The first 200 brands, by name. */
export const brandsQuery = queryOptions({
  queryKey: ['brands'],
  queryFn: ({ signal }) => answerOf(api.GET('/v1/brands', { params: { query: { limit: 200 } }, signal })),
  staleTime: 60_000,
});

/** Returns a parameter of the route's path. Empty if the route does not have it. */
export function usePathParam(name: string): string {
  const params: Record<string, unknown> = useParams({ strict: false });
  const value = params[name];
  return typeof value === 'string' ? value : '';
}

/** Returns the name of the brand in the URL. Empty on screens that show the whole hub. */
export function useBrand(): string {
  return usePathParam('brand');
}

/** Returns the time zone of the brand in the URL. UTC until it is known, and on screens that show the whole hub. */
export function useBrandZone(): string {
  const brand = useBrand();
  const { data } = useQuery(brandsQuery);
  return data?.data.find(({ name }) => name === brand)?.timezone ?? 'UTC';
}
