import { useQuery } from '@tanstack/react-query';
import { eventTypesQuery } from './event-types-query';
import { sampleOf } from './first-event';

/** Returns the function that makes an invented event of the first chosen type. Null if the adapter has no sample. */
export function useSampleEvent(adapter: string, events: readonly string[]): ((id: string) => object) | null {
  const types = useQuery(eventTypesQuery(adapter)).data?.data;
  const found = types?.find(({ type, sample }) => events.includes(type) && sample !== null);
  const any = found ?? types?.find(({ sample }) => sample !== null);
  return any === undefined ? null : sampleOf(adapter, any.type, any.sample);
}
