import { useQuery, useQueryClient, type QueryKey, type UseQueryResult } from '@tanstack/react-query';
import { BACKGROUND } from '../../api/client';

interface OpenQueryOptions<T> {
  readonly key: QueryKey;
  /** Reads the object. Pass `headers` on to the call: they mark calls that no person started. */
  load(signal: AbortSignal, headers: Record<string, string>): Promise<T>;
  /** Returns true while the hub may still change the object. */
  isOpen(value: T): boolean;
  /** Milliseconds between two calls; 5 s if absent. */
  readonly everyMs?: number;
}

/** Reads an object, and reads it again until the hub does not change it any more. */
export function useOpenQuery<T>({ key, load, isOpen, everyMs = 5_000 }: OpenQueryOptions<T>): UseQueryResult<T> {
  const client = useQueryClient();
  return useQuery<T>({
    queryKey: key,
    queryFn: ({ signal }) => load(signal, client.getQueryData(key) === undefined ? {} : BACKGROUND),
    refetchInterval: ({ state }) => (state.data !== undefined && isOpen(state.data) ? everyMs : false),
  });
}
