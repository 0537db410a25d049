import { PatchbayError } from '@patchbay/client';
import { QueryClient } from '@tanstack/react-query';

/** Creates the cache of all answers of the API in this tab. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The hub's own answer does not change by asking again at once.
        retry: (failures, error) => failures < 1 && !(error instanceof PatchbayError && error.kind === 'refused'),
        retryDelay: 1_000,
        staleTime: 5_000,
        refetchOnWindowFocus: true,
        // Calls are made also if the browser believes that it is offline, because the hub may be on this computer.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}
