import { CompiledBrand, recordsByBrand } from '../configuration/compiled-brand.js';
import type { ConfigurationRecords } from '../configuration/configuration-snapshot.js';
import type { LoadedStore } from '../configuration/live-configuration.js';
import type { SourceAdapters } from '../event/source-adapter.port.js';

/**
 * Configuration store in memory. If the revision is newer than the revisions of all brands, every brand has it.
 * @param read returns the records at the time of a call
 */
export function loadedStore(read: () => ConfigurationRecords | Promise<ConfigurationRecords>): LoadedStore {
  const known = new Set<string>();
  const records = async (): Promise<ConfigurationRecords> => {
    const { revision, brands, ...objects } = await read();
    const isOfAll = brands.every((brand) => brand.revision < revision);
    return { revision, brands: isOfAll ? brands.map((brand) => ({ ...brand, revision })) : brands, ...objects };
  };
  return {
    revision: async () => (await records()).revision,
    directory: async (after = -1) => {
      const { revision, brands } = await records();
      const ids = new Set(brands.map(({ id }) => id));
      const deleted = [...known].filter((id) => !ids.has(id));
      for (const id of ids) known.add(id);
      return { revision, brands: brands.filter((brand) => brand.revision > after), deleted };
    },
    load: async (ids) => {
      const { brands, ...others } = await records();
      return { ...others, brands: brands.filter(({ id }) => ids?.includes(id) ?? true) };
    },
    brandsOfQueues: async (queueIds) => {
      const { destinations, subscriptions } = await records();
      const queues = [
        ...destinations.map(({ id, brandId }) => [id, brandId] as const),
        ...subscriptions.map(({ subscriptionId, brandId }) => [subscriptionId, brandId] as const),
      ];
      return new Map(queues.filter(([id]) => queueIds.includes(id)));
    },
  };
}

/** Compiles the only brand of the records. */
export function compiledBrand(records: ConfigurationRecords, adapters: SourceAdapters): CompiledBrand {
  const [own, ...others] = recordsByBrand(records);
  if (own === undefined || others.length > 0) throw new Error('The records must have exactly one brand.');
  return new CompiledBrand(own, adapters);
}
