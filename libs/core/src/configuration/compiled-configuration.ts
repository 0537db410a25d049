import { PrivacyRules } from '../event/privacy.js';
import type { SourceAdapter, SourceAdapters } from '../event/source-adapter.port.js';
import { RoutingTable, type BrandView } from '../routing/routing-table.js';
import type { BrandRecord, ConfigurationRecords, DestinationRecord, SourceRecord } from './configuration-snapshot.js';

/** A source with all that taking in an event needs. */
export interface CompiledSource {
  readonly record: SourceRecord;
  readonly brand: BrandRecord;
  readonly brandView: BrandView;
  readonly adapter: SourceAdapter;
  readonly privacy: PrivacyRules;
}

/** The configuration of one revision, ready for the hot paths. Immutable. */
export class CompiledConfiguration {
  readonly revision: number;
  readonly routing: RoutingTable;
  private readonly brands: ReadonlyMap<string, BrandRecord>;
  private readonly destinations: ReadonlyMap<string, DestinationRecord>;
  private readonly sourcesById = new Map<string, CompiledSource>();
  private readonly sourcesByName = new Map<string, CompiledSource>();
  private readonly operationalSources = new Map<string, CompiledSource>();

  constructor(
    readonly records: ConfigurationRecords,
    adapters: SourceAdapters,
  ) {
    this.revision = records.revision;
    this.routing = new RoutingTable(records.subscriptions);
    this.brands = new Map(records.brands.map((brand) => [brand.id, brand]));
    this.destinations = new Map(records.destinations.map((destination) => [destination.id, destination]));
    for (const record of records.sources) {
      const brand = this.brands.get(record.brandId);
      const adapter = adapters.get(record.adapter);
      if (brand === undefined || adapter === undefined) continue;
      const source: CompiledSource = {
        record,
        brand,
        brandView: brandView(brand),
        adapter,
        privacy: new PrivacyRules(brand.privacy, (type) => adapter.personalPaths(type)),
      };
      this.sourcesById.set(record.id, source);
      // What the hub made itself has no door.
      if (record.managedBy === 'hub') this.operationalSources.set(brand.id, source);
      else if (!record.disabled) this.sourcesByName.set(`${brand.name}/${record.name}`, source);
    }
  }

  /** By the names in the URL; undefined also where it is disabled, or the hub's own. */
  openSource(brand: string, source: string): CompiledSource | undefined {
    return this.sourcesByName.get(`${brand}/${source}`);
  }

  /** By id; disabled ones too, since their events are still delivered. */
  source(id: string): CompiledSource | undefined {
    return this.sourcesById.get(id);
  }

  /** The source by which the hub tells a brand of its own affairs; undefined where there is no such brand. */
  operationalSource(brandId: string): CompiledSource | undefined {
    return this.operationalSources.get(brandId);
  }

  /** The adapter of a source, disabled ones too. */
  adapterOf(brandId: string, sourceName: string): SourceAdapter | undefined {
    return [...this.sourcesById.values()].find(({ record }) => record.brandId === brandId && record.name === sourceName)
      ?.adapter;
  }

  brand(id: string): BrandRecord | undefined {
    return this.brands.get(id);
  }

  destination(id: string): DestinationRecord | undefined {
    return this.destinations.get(id);
  }
}

/** What filters and mappings see of a brand. */
export function brandView(brand: BrandRecord): BrandView {
  return { name: brand.name, timezone: brand.timezone };
}
