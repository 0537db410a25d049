import { CustomerKeys } from '../event/customer-key.js';
import { PrivacyRules } from '../event/privacy.js';
import type { SourceAdapter, SourceAdapters } from '../event/source-adapter.port.js';
import { RoutingTable, type BrandView } from '../ingest/routing.js';
import { byBrand } from './by-brand.js';
import type {
  BrandRecord,
  ConfigurationRecords,
  DestinationRecord,
  SourceRecord,
  SubscriptionVersionRecord,
} from './configuration-snapshot.js';

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

/** Records of one brand. */
interface BrandRecords {
  readonly brand: BrandRecord;
  readonly sources: readonly SourceRecord[];
  readonly deletedSources: readonly SourceRecord[];
  readonly destinations: readonly DestinationRecord[];
  readonly subscriptions: readonly SubscriptionVersionRecord[];
}

/** Brand of one revision with its objects, compiled for fast look-ups. Immutable. */
export class CompiledBrand {
  readonly routing: RoutingTable;
  /** Sources that exist, including disabled sources. Sources with an unknown adapter are left out. */
  readonly sources: readonly CompiledSource[];
  private readonly compiled = new Map<string, CompiledSource>();
  /** Paths that `cancelOn` of the subscriptions compares. */
  private readonly referencePaths: readonly string[];

  constructor(
    readonly records: BrandRecords,
    private readonly adapters: SourceAdapters,
  ) {
    const { subscriptions, sources } = records;
    this.routing = new RoutingTable(subscriptions);
    this.referencePaths = [...new Set(subscriptions.flatMap(({ messaging }) => messaging?.cancelOn?.reference ?? []))];
    this.sources = sources.flatMap((record) => this.compile(record) ?? []);
    for (const source of this.sources) this.compiled.set(source.record.id, source);
  }

  /** Finds a source by id. Includes disabled and deleted sources. */
  source(id: string): CompiledSource | undefined {
    const known = this.compiled.get(id);
    if (known !== undefined) return known;
    // Deleted sources are compiled on demand, because there may be many and few have waiting events.
    const deleted = this.records.deletedSources.find((record) => record.id === id);
    const source = deleted === undefined ? undefined : this.compile(deleted);
    if (source !== undefined) this.compiled.set(id, source);
    return source;
  }

  /** Compiles a source. Undefined if its adapter is unknown. */
  private compile(record: SourceRecord): CompiledSource | undefined {
    const { brand } = this.records;
    const adapter = this.adapters.get(record.adapter);
    if (adapter === undefined) return undefined;
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
        this.referencePaths,
      ),
      ...(record.customer !== undefined && {
        customerKeys: new CustomerKeys(record.customer, adapter, brand.privacy, brand.vault),
      }),
    };
  }
}

/** Returns the brand fields that filters and mappings can read. */
export function brandView(brand: BrandRecord): BrandView {
  return { name: brand.name, timezone: brand.timezone };
}

/** Splits records by brand. Leaves out the objects of brands that are not among the records. */
export function recordsByBrand(records: ConfigurationRecords): readonly BrandRecords[] {
  const sources = byBrand(records.sources);
  const deletedSources = byBrand(records.deletedSources ?? []);
  const destinations = byBrand(records.destinations);
  const subscriptions = byBrand(records.subscriptions);
  return records.brands.map((brand) => ({
    brand,
    sources: sources.get(brand.id) ?? [],
    deletedSources: deletedSources.get(brand.id) ?? [],
    destinations: destinations.get(brand.id) ?? [],
    subscriptions: subscriptions.get(brand.id) ?? [],
  }));
}
