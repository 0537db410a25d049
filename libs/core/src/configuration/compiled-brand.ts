import { CustomerKeys } from '../event/customer-key.js';
import { PrivacyRules } from '../event/privacy.js';
import type { SourceAdapter, SourceAdapters } from '../event/source-adapter.port.js';
import { RowMapping } from '../imports/row-mapping.js';
import { RoutingTable, type BrandView } from '../ingest/routing.js';
import { MESSAGE_PREFIX } from '../operations/operational-event.js';
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
  /** Mapping from the rows of imported files to the bodies that the adapter reads. */
  readonly rowMapping: RowMapping;
}

/** Records of one brand. */
export interface BrandRecords {
  readonly brand: BrandRecord;
  readonly sources: readonly SourceRecord[];
  readonly deletedSources: readonly SourceRecord[];
  readonly destinations: readonly DestinationRecord[];
  readonly subscriptions: readonly SubscriptionVersionRecord[];
}

/**
 * Brand of one revision with its objects, compiled for fast look-ups. Immutable. An operation keeps the object with which
 * it began, also after the brand was changed or dropped from memory.
 */
export class CompiledBrand {
  readonly id: string;
  /** Revision of the brand, see {@link BrandRecord}. */
  readonly revision: number;
  readonly brand: BrandRecord;
  /** Matches an event with the subscriptions of its source. */
  readonly routing: RoutingTable;
  /** Destinations by id. */
  readonly destinations: ReadonlyMap<string, DestinationRecord>;
  /** Sources that exist, including disabled sources. Sources with an unknown adapter are left out. */
  readonly sources: readonly CompiledSource[];
  /** True if a subscription takes operational events about single messages. */
  readonly hasMessageEvents: boolean;
  private readonly compiled = new Map<string, CompiledSource>();
  /** Paths that `cancelOn` of the subscriptions compares. */
  private readonly referencePaths: readonly string[];

  constructor(
    readonly records: BrandRecords,
    private readonly adapters: SourceAdapters,
  ) {
    const { brand, subscriptions, sources, destinations } = records;
    this.id = brand.id;
    this.revision = brand.revision;
    this.brand = brand;
    this.destinations = new Map(destinations.map((destination) => [destination.id, destination]));
    this.routing = new RoutingTable(subscriptions);
    this.referencePaths = [...new Set(subscriptions.flatMap(({ messaging }) => messaging?.cancelOn?.reference ?? []))];
    const own = sources.find(({ managedBy }) => managedBy === 'hub');
    this.hasMessageEvents = subscriptions.some(
      ({ sourceId, events }) => sourceId === own?.id && events.some((pattern) => pattern.startsWith(MESSAGE_PREFIX)),
    );
    this.sources = sources.flatMap((record) => this.compile(record) ?? []);
    for (const source of this.sources) this.compiled.set(source.record.id, source);
  }

  /**
   * Ids of the queues in which deliveries of the brand wait: its destinations, and its subscriptions for deliveries whose
   * destination is undecided.
   */
  get queueIds(): readonly string[] {
    return [...this.destinations.keys(), ...this.records.subscriptions.map(({ subscriptionId }) => subscriptionId)];
  }

  /** Finds a source by its name. Undefined if the source does not exist, is disabled or was created by the hub. */
  openSource(name: string): CompiledSource | undefined {
    // A source that the hub created has no ingest endpoint.
    return this.sources.find(({ record }) => record.name === name && record.managedBy !== 'hub' && !record.disabled);
  }

  /** Source of the brand's operational events. */
  get operationalSource(): CompiledSource | undefined {
    return this.sources.find(({ record }) => record.managedBy === 'hub');
  }

  /**
   * Finds a source by id. Includes disabled and deleted sources, because events from such sources are still delivered.
   */
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
    const rowMapping = new RowMapping(record.files, brand.timezone);
    return {
      record,
      brand,
      brandView: brandView(brand),
      adapter,
      privacy: new PrivacyRules(
        brand.privacy,
        brand.vault,
        (type) => adapter.personalPaths(type),
        [...(adapter.customerPaths?.(record.paths) ?? []), ...rowMapping.customerPaths()],
        this.referencePaths,
      ),
      rowMapping,
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
