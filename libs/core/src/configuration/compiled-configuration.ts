import { CustomerKeys } from '../event/customer-key.js';
import { PrivacyRules } from '../event/privacy.js';
import type { SourceAdapter, SourceAdapters } from '../event/source-adapter.port.js';
import { RoutingTable, type BrandView } from '../ingest/routing.js';
import type { BrandRecord, ConfigurationRecords, DestinationRecord, SourceRecord } from './configuration-snapshot.js';
import type { ConfigurationStore } from './configuration-store.port.js';

/** Source with all data that is needed to process its events. */
export interface CompiledSource {
  readonly record: SourceRecord;
  readonly brand: BrandRecord;
  readonly brandView: BrandView;
  readonly adapter: SourceAdapter;
  readonly privacy: PrivacyRules;
  /** Reader of the customer's key. Absent if the platform's id is the key. */
  readonly customerKeys?: CustomerKeys;
}

/** Configuration of one revision, compiled for fast look-ups. Immutable. */
export class CompiledConfiguration {
  readonly revision: number;
  readonly routing: RoutingTable;
  /** Brands by id. */
  readonly brands: ReadonlyMap<string, BrandRecord>;
  /** Destinations by id. */
  readonly destinations: ReadonlyMap<string, DestinationRecord>;
  private readonly sourcesById = new Map<string, CompiledSource>();
  private readonly sourcesByName = new Map<string, CompiledSource>();
  private readonly operationalSources = new Map<string, CompiledSource>();
  private readonly deletedSources: ReadonlyMap<string, SourceRecord>;
  /** By brand id: the paths that `cancelOn` of the brand's subscriptions compares. */
  private readonly referencePaths: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(
    readonly records: ConfigurationRecords,
    private readonly adapters: SourceAdapters,
  ) {
    this.revision = records.revision;
    this.routing = new RoutingTable(records.subscriptions);
    this.brands = new Map(records.brands.map((brand) => [brand.id, brand]));
    this.destinations = new Map(records.destinations.map((destination) => [destination.id, destination]));
    this.deletedSources = new Map((records.deletedSources ?? []).map((source) => [source.id, source]));
    this.referencePaths = referencePathsOf(records);
    for (const record of records.sources) {
      const source = this.compile(record);
      if (source === undefined) continue;
      const { brand } = source;
      this.sourcesById.set(record.id, source);
      // A source that the hub created has no ingest endpoint.
      if (record.managedBy === 'hub') this.operationalSources.set(brand.id, source);
      else if (!record.disabled) this.sourcesByName.set(`${brand.name}/${record.name}`, source);
    }
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
    const known = this.sourcesById.get(id);
    if (known !== undefined) return known;
    // Deleted sources are compiled on demand, because there may be many and few have waiting events.
    const deleted = this.deletedSources.get(id);
    const source = deleted === undefined ? undefined : this.compile(deleted);
    if (source !== undefined) this.sourcesById.set(id, source);
    return source;
  }

  /** Finds the source of a brand's operational events; undefined if the brand does not exist. */
  operationalSource(brandId: string): CompiledSource | undefined {
    return this.operationalSources.get(brandId);
  }

  /** Compiles a source. Undefined if its brand was deleted or its adapter is unknown. */
  private compile(record: SourceRecord): CompiledSource | undefined {
    const brand = this.brands.get(record.brandId);
    const adapter = this.adapters.get(record.adapter);
    if (brand === undefined || adapter === undefined) return undefined;
    return {
      record,
      brand,
      brandView: brandView(brand),
      adapter,
      privacy: new PrivacyRules(
        brand.privacy,
        brand.vault,
        (type) => adapter.personalPaths(type),
        adapter.customerPaths?.(record.paths),
        [...(this.referencePaths.get(brand.id) ?? [])],
      ),
      ...(record.customer !== undefined && {
        customerKeys: new CustomerKeys(record.customer, adapter, brand.privacy, brand.vault),
      }),
    };
  }
}

function referencePathsOf({ subscriptions }: ConfigurationRecords): ReadonlyMap<string, ReadonlySet<string>> {
  const byBrand = new Map<string, Set<string>>();
  for (const { brandId, messaging } of subscriptions) {
    const reference = messaging?.cancelOn?.reference;
    if (reference === undefined) continue;
    byBrand.set(brandId, (byBrand.get(brandId) ?? new Set()).add(reference));
  }
  return byBrand;
}

/** Returns the brand fields that filters and mappings can read. */
export function brandView(brand: BrandRecord): BrandView {
  return { name: brand.name, timezone: brand.timezone };
}

/**
 * Configuration that this process uses. The configuration is refreshed after a change notification, and before
 * operations that must not use an outdated configuration.
 */
export class LiveConfiguration {
  /** The loaded configuration; null before the first {@link refresh}. Changed by this class only. */
  loaded: CompiledConfiguration | null = null;
  private readonly listeners: (() => void)[] = [];
  private running: Promise<void> | null = null;
  private next: Promise<void> | null = null;

  constructor(
    private readonly store: Pick<ConfigurationStore, 'revision' | 'load'>,
    private readonly adapters: SourceAdapters,
  ) {}

  /** Returns the loaded configuration. Throws before the first {@link refresh}. */
  get current(): CompiledConfiguration {
    if (this.loaded === null) throw new Error('The configuration was read before it was loaded. Call refresh() first.');
    return this.loaded;
  }

  /**
   * Resolves when the loaded configuration is at least as new as the stored configuration at the time of the call.
   * Simultaneous calls share one check. A new call does not share a check that is already running, because the running
   * check may have read an older revision.
   */
  refresh(): Promise<void> {
    if (this.running === null) return this.run();
    this.next ??= this.running.then(
      () => this.run(),
      () => this.run(),
    );
    return this.next;
  }

  /** Calls a listener after each load of another revision. */
  onLoad(listener: () => void): void {
    this.listeners.push(listener);
  }

  private run(): Promise<void> {
    this.next = null;
    const check = this.check().finally(() => {
      if (this.running === check) this.running = null;
    });
    this.running = check;
    return check;
  }

  private async check(): Promise<void> {
    const newest = await this.store.revision();
    if (this.loaded !== null && this.loaded.revision >= newest) return;
    this.loaded = new CompiledConfiguration(await this.store.load(), this.adapters);
    for (const listener of this.listeners) listener();
  }
}
