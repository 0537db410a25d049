import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { answerOf, api } from '../api/client';
import { paths } from './paths';
import { useNavigationBrand } from './use-navigation-entries';

/** Object that the command palette found. */
interface FoundObject {
  readonly to: string;
  readonly label: string;
  readonly description: string;
}

/** Returns destinations, subscriptions and sources of the brand whose name contains the text. */
export function useFoundObjects(text: string): readonly FoundObject[] {
  const brand = useNavigationBrand();
  const [wanted] = useDebouncedValue(text, 250);
  const { data } = useQuery({
    queryKey: ['find', brand],
    enabled: brand !== '' && wanted !== '',
    staleTime: 30_000,
    queryFn: async ({ signal }) => {
      const query = { limit: 200 };
      const params = { path: { brand }, query };
      const [sources, destinations, subscriptions] = await Promise.all([
        answerOf(api.GET('/v1/brands/{brand}/sources', { params, signal })),
        answerOf(api.GET('/v1/brands/{brand}/destinations', { params, signal })),
        answerOf(api.GET('/v1/brands/{brand}/subscriptions', { params, signal })),
      ]);
      return [
        ...sources.data.map(({ name }) => ({ to: paths.source(brand, name), label: name, description: brand })),
        ...destinations.data.map(({ name, type }) => ({
          to: paths.destination(brand, name),
          label: name,
          description: type,
        })),
        ...subscriptions.data.map(({ name }) => ({
          to: paths.subscription(brand, name),
          label: name,
          description: brand,
        })),
      ];
    },
  });
  const lower = wanted.toLowerCase();
  return wanted === '' ? [] : (data ?? []).filter(({ label }) => label.toLowerCase().includes(lower));
}
