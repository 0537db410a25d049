import { answerOf, type Entry } from '@patchbay/client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../../../api/client';
import { typesTaken } from '../model/event-patterns';
import type { Draft } from '../model/draft';
import type { EventType } from '../queries';

/** Event in the list of the preview. */
export type RecentEvent = Entry<'/v1/brands/{brand}/events'>;

/** Number of events among which a person can choose. */
export const RECENT = 50;

/**
 * Reads the newest events that the draft's source sent and whose type the draft takes. Undefined until they arrive.
 * @param isReady false while the catalogue is not read yet
 */
export function useRecentEvents(
  brand: string,
  { source, events }: Draft,
  catalogue: readonly EventType[],
  isReady: boolean,
): readonly RecentEvent[] | undefined {
  const types = typesTaken(
    events,
    catalogue.map(({ type }) => type),
  );
  const query = useQuery({
    queryKey: ['events', brand, 'recent', source, types],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/v1/brands/{brand}/events', {
          params: {
            path: { brand },
            query: {
              limit: RECENT,
              source: [source],
              status: ['accepted'],
              ...(types === null ? {} : { type: types }),
            },
          },
          signal,
        }),
      ),
    enabled: isReady && source !== '' && events.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 15_000,
  });
  return query.data?.data;
}
