import { useQuery } from '@tanstack/react-query';
import { eventTypesQuery } from '../../api/queries';
import { sampleOf } from './first-event';

/** Returns the function that makes an invented event of the first chosen type. Null if the adapter has no sample. */
export function useSampleEvent(adapter: string, events: readonly string[]): ((id: string) => object) | null {
  const all = useQuery(eventTypesQuery).data?.data;
  const types = all?.filter((one) => one.adapter === adapter);
  const found = types?.find(({ type, sample }) => events.includes(type) && sample !== null);
  const any = found ?? types?.find(({ sample }) => sample !== null);
  return any === undefined ? null : sampleOf(adapter, any.type, any.sample);
}
