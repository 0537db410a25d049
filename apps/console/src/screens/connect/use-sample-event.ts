import { useQuery } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client';
import { sampleOf } from './first-event';

/** Returns the function that makes an invented event of the first chosen type. Null if the adapter has no sample. */
export function useSampleEvent(adapter: string, events: readonly string[]): ((id: string) => object) | null {
  const types = useQuery({
    queryKey: ['connect', 'event-types', adapter],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/v1/event-types', { params: { query: { adapter, limit: 200 } }, signal })),
    enabled: adapter !== '',
  }).data?.data;
  const found = types?.find(({ type, sample }) => events.includes(type) && sample !== null);
  const any = found ?? types?.find(({ sample }) => sample !== null);
  return any === undefined ? null : sampleOf(adapter, any.type, any.sample);
}
