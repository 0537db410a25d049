import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client';

/** Query of the event types of an adapter. Not read while the adapter is empty. */
export const eventTypesQuery = (adapter: string) =>
  queryOptions({
    queryKey: ['connect', 'event-types', adapter],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/v1/event-types', { params: { query: { adapter, limit: 200 } }, signal })),
    enabled: adapter !== '',
  });
