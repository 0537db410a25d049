import { useDebouncedValue } from '@mantine/hooks';
import { answerOf } from '@patchbay/client';
import { useQuery } from '@tanstack/react-query';
import { api } from '../api/client';
import { destinationsQuery, sourcesQuery, subscriptionsQuery } from '../api/queries';
import { paths } from './paths';
import { useNavigationBrand } from './use-navigation-entries';

/** Page of each kind of object that has an id. */
const PAGES = { event: paths.event, delivery: paths.delivery, replay: paths.replay, customer: paths.customer };

/** Time for which objects that were found are kept, in milliseconds. */
const FOUND_MS = 30_000;

/** Object that the command palette found. */
interface FoundObject {
  readonly to: string;
  readonly label: string;
  readonly description: string;
}

/**
 * Returns sources, destinations and subscriptions of the brand whose name contains the text, and events, deliveries,
 * replays and customers whose id is the text.
 */
export function useFoundObjects(text: string): readonly FoundObject[] {
  const brand = useNavigationBrand();
  const [wanted] = useDebouncedValue(text, 250);
  const byId = useQuery({
    queryKey: ['find', brand, 'id', wanted],
    enabled: brand !== '' && wanted !== '',
    staleTime: FOUND_MS,
    queryFn: ({ signal }) =>
      answerOf(api.GET('/v1/brands/{brand}/lookup', { params: { path: { brand }, query: { id: wanted } }, signal })),
  });
  const isAsked = brand !== '' && wanted !== '';
  const found = { enabled: isAsked, staleTime: FOUND_MS };
  const sources = useQuery({ ...sourcesQuery(brand), ...found }).data?.data ?? [];
  const destinations = useQuery({ ...destinationsQuery(brand), ...found }).data?.data ?? [];
  const subscriptions = useQuery({ ...subscriptionsQuery(brand), ...found }).data?.data ?? [];
  const lower = wanted.toLowerCase();
  if (wanted === '') return [];
  return [
    ...(byId.data?.data ?? []).map(({ kind, id, label }) => ({
      to: PAGES[kind](brand, id),
      label,
      description: `${kind} ${id}`,
    })),
    ...[
      ...sources.map(({ name }) => ({ to: paths.source(brand, name), label: name, description: brand })),
      ...destinations.map(({ name, type }) => ({ to: paths.destination(brand, name), label: name, description: type })),
      ...subscriptions.map(({ name }) => ({ to: paths.subscription(brand, name), label: name, description: brand })),
    ].filter(({ label }) => label.toLowerCase().includes(lower)),
  ];
}
