import type { SourceAdapters } from '../event/source-adapter.port.js';
import { NO_MATCH, type RoutingTable } from '../ingest/routing.js';
import { CompiledBrand, recordsByBrand, type CompiledSource } from './compiled-brand.js';
import type { BrandRecord, ConfigurationRecords, DestinationRecord } from './configuration-snapshot.js';

/** Configuration of all brands at one revision, compiled for fast look-ups. Immutable. */
export class CompiledConfiguration {
  readonly revision: number;
  /** Matches an event with the subscriptions of its source. */
  readonly routing: Pick<RoutingTable, 'match'>;
  /** Brands by id. */
  readonly brands: ReadonlyMap<string, BrandRecord>;
  /** Destinations by id. */
  readonly destinations: ReadonlyMap<string, DestinationRecord>;
  private readonly compiled: ReadonlyMap<string, CompiledBrand>;
  /** Brands of the sources by source id, including deleted sources. */
  private readonly brandsBySource: ReadonlyMap<string, CompiledBrand>;
  private readonly sourcesByName: ReadonlyMap<string, CompiledSource>;
  private flattened: ConfigurationRecords | null = null;

  /**
   * Compiles the given brands.
   * @param former configuration whose other brands stay as they are. Left out if the records have all brands.
   */
  constructor(
    records: ConfigurationRecords,
    private readonly adapters: SourceAdapters,
    former?: CompiledConfiguration,
  ) {
    this.revision = records.revision;
    const compiled = new Map(former?.compiled);
    const brands = new Map(former?.brands);
    const destinations = new Map(former?.destinations);
    const brandsBySource = new Map(former?.brandsBySource);
    const sourcesByName = new Map(former?.sourcesByName);
    const remove = (brandId: string): void => {
      const brand = compiled.get(brandId);
      if (brand === undefined) return;
      const { sources, deletedSources } = brand.records;
      for (const { id } of brand.records.destinations) destinations.delete(id);
      for (const { id } of [...sources, ...deletedSources]) brandsBySource.delete(id);
      for (const { record } of brand.sources) sourcesByName.delete(pathOf(brand.records.brand, record));
      brands.delete(brandId);
      compiled.delete(brandId);
    };
    for (const brandId of records.deletedBrands ?? []) remove(brandId);
    for (const own of recordsByBrand(records)) {
      const brand = new CompiledBrand(own, adapters);
      remove(own.brand.id);
      compiled.set(own.brand.id, brand);
      brands.set(own.brand.id, own.brand);
      for (const destination of own.destinations) destinations.set(destination.id, destination);
      for (const { id } of [...own.sources, ...own.deletedSources]) brandsBySource.set(id, brand);
      for (const source of brand.sources) {
        // A source that the hub created has no ingest endpoint.
        if (source.record.managedBy !== 'hub' && !source.record.disabled)
          sourcesByName.set(pathOf(own.brand, source.record), source);
      }
    }
    this.compiled = compiled;
    this.brands = brands;
    this.destinations = destinations;
    this.brandsBySource = brandsBySource;
    this.sourcesByName = sourcesByName;
    this.routing = {
      match: (sourceId, event, brand) =>
        brandsBySource.get(sourceId)?.routing.match(sourceId, event, brand) ?? NO_MATCH,
    };
  }

  /** Returns the configuration after a change of some brands. The other brands are not compiled again. */
  with(changed: ConfigurationRecords): CompiledConfiguration {
    return new CompiledConfiguration(changed, this.adapters, this);
  }

  /** Records of all brands, in the order of the names of the brands. */
  get records(): ConfigurationRecords {
    this.flattened ??= flatten(this.revision, [...this.compiled.values()]);
    return this.flattened;
  }

  /**
   * Finds a source by the names in the URL. Undefined if the source does not exist, is disabled or was created by the
   * hub.
   */
  openSource(brand: string, source: string): CompiledSource | undefined {
    return this.sourcesByName.get(`${brand}/${source}`);
  }

  /**
   * Finds a source by id. Includes disabled and deleted sources, because events from such sources are still delivered.
   */
  source(id: string): CompiledSource | undefined {
    return this.brandsBySource.get(id)?.source(id);
  }

  /** Finds the source of a brand's operational events; undefined if the brand does not exist. */
  operationalSource(brandId: string): CompiledSource | undefined {
    return this.compiled.get(brandId)?.sources.find(({ record }) => record.managedBy === 'hub');
  }
}

function pathOf(brand: { readonly name: string }, source: { readonly name: string }): string {
  return `${brand.name}/${source.name}`;
}

function flatten(revision: number, brands: readonly CompiledBrand[]): ConfigurationRecords {
  const all = brands.map(({ records }) => records).sort((a, b) => (a.brand.name < b.brand.name ? -1 : 1));
  return {
    revision,
    brands: all.map(({ brand }) => brand),
    sources: all.flatMap(({ sources }) => sources),
    deletedSources: all.flatMap(({ deletedSources }) => deletedSources),
    destinations: all.flatMap(({ destinations }) => destinations),
    subscriptions: all.flatMap(({ subscriptions }) => subscriptions),
  };
}
