import type { ConfigurationRecords, LoadedStore } from '@patchbay/core';

/** Configuration store in memory whose records never change. */
export function recordsStore(records: ConfigurationRecords): LoadedStore {
  const { revision, brands, destinations, subscriptions } = records;
  return {
    revision: () => Promise.resolve(revision),
    directory: () => Promise.resolve({ revision, brands, deleted: [] }),
    load: (ids) => Promise.resolve({ ...records, brands: brands.filter(({ id }) => ids?.includes(id) ?? true) }),
    brandsOfQueues: () =>
      Promise.resolve(
        new Map([
          ...destinations.map(({ id, brandId }) => [id, brandId] as const),
          ...subscriptions.map(({ subscriptionId, brandId }) => [subscriptionId, brandId] as const),
        ]),
      ),
  };
}
