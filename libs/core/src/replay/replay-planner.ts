import type { CompiledBrand } from '../configuration/compiled-brand.js';
import type { BrandRecord, SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import type { ConfigurationStore } from '../configuration/configuration-store.port.js';
import { mapInSlices } from '../work-slices.js';
import { RoutingTable } from '../ingest/routing.js';
import {
  type ReplayCandidate,
  type ReplaySelection,
  type ReplaySkip,
  countSkips,
  NO_SKIPS,
  type CountByState,
  type ReplaySkips,
} from './replay.js';
import { reroute, type ReplayPair, type RoutedVersions } from './reroute.js';
import type { ReplayStore } from './replay-store.port.js';

const MAX_CACHED_REVISIONS = 1_000;

/** Deliveries to create for a list of candidates, and the reasons of the skipped candidates. */
export interface ReplayPlan {
  readonly pairs: readonly ReplayPair[];
  readonly skips: readonly ReplaySkip[];
}

/**
 * Router of stored events for replays. Caches the subscriptions of a revision, because the subscriptions of a revision
 * never change.
 */
export class ReplayPlanner {
  private readonly revisions = new Map<string, RoutedVersions>();

  constructor(private readonly store: Pick<ConfigurationStore, 'subscriptionsAt' | 'subscriptionVersions'>) {}

  /** Routes candidates. The count, the dry run and the replay itself all use this method. */
  async plan(
    candidates: readonly ReplayCandidate[],
    selection: ReplaySelection,
    configuration: CompiledBrand,
    brand: BrandRecord,
  ): Promise<ReplayPlan> {
    const recorded = selection.mapping === 'recorded';
    if (recorded) {
      const revisions = candidates.map(({ event }) => event.configRevision);
      await this.loadRevisions(brand.id, revisions);
    }
    const at = (revision: number): RoutedVersions => this.at(brand.id, revision);
    const others = recorded ? await this.versionsNotIn(at, candidates) : new Map<string, SubscriptionVersionRecord>();
    const view = { selection, configuration, brand, at, version: (id: string) => others.get(id) };
    const routed = await mapInSlices(candidates, (candidate) => reroute(candidate, view));
    return { pairs: routed.flatMap(({ pairs }) => pairs), skips: routed.flatMap(({ skips }) => skips) };
  }

  /**
   * Returns two versions of the subscription: the version at the time when the event was received, and the current
   * version. A version that does not exist is undefined.
   */
  async bothVersions(
    { event, version }: ReplayPair,
    { brandId, mapping }: ReplaySelection,
    configuration: CompiledBrand,
  ): Promise<Readonly<Record<'recorded' | 'current', SubscriptionVersionRecord | undefined>>> {
    const isSame = ({ subscriptionId }: SubscriptionVersionRecord): boolean =>
      subscriptionId === version.subscriptionId;
    if (mapping === 'recorded') {
      return { recorded: version, current: configuration.records.subscriptions.find(isSame) };
    }
    await this.loadRevisions(brandId, [event.configRevision]);
    return { recorded: this.at(brandId, event.configRevision).records.find(isSame), current: version };
  }

  private at(brandId: string, revision: number): RoutedVersions {
    return this.revisions.get(`${brandId}/${revision}`) ?? NONE;
  }

  private async loadRevisions(brandId: string, revisions: readonly number[]): Promise<void> {
    for (const revision of new Set(revisions)) {
      const key = `${brandId}/${revision}`;
      if (this.revisions.has(key)) continue;
      const records = await this.store.subscriptionsAt(brandId, revision);
      addToCache(this.revisions, key, { records, table: new RoutingTable(records) });
    }
  }

  private async versionsNotIn(
    at: (revision: number) => RoutedVersions,
    candidates: readonly ReplayCandidate[],
  ): Promise<ReadonlyMap<string, SubscriptionVersionRecord>> {
    const ids = candidates.flatMap(({ event, earlier }) => {
      if (earlier === null) return [];
      const known = at(event.configRevision).records.some((record) => record.subscriptionId === earlier.subscriptionId);
      return known ? [] : [earlier.subscriptionVersionId];
    });
    const versions = ids.length === 0 ? [] : await this.store.subscriptionVersions([...new Set(ids)]);
    return new Map(versions.map((version) => [version.id, version]));
  }
}

/**
 * Adds an entry to a cache and evicts the oldest entry. Entries of the current batch are the newest, so they are not
 * evicted.
 */
function addToCache<T>(cache: Map<string, T>, key: string, value: T): void {
  const [oldest] = cache.keys();
  if (cache.size >= MAX_CACHED_REVISIONS && oldest !== undefined) cache.delete(oldest);
  cache.set(key, value);
}

const NONE: RoutedVersions = { records: [], table: new RoutingTable([]) };

/** Count of the deliveries that a replay would create. */
export interface ReplayCount {
  readonly deliveries: number;
  /** Number of events or earlier deliveries that the count has read. */
  readonly scanned: number;
  readonly skipped: ReplaySkips;
  readonly byState: CountByState;
  /** False if counting ended at its time limit, so that the real number is higher. */
  readonly isExact: boolean;
  /** The first few deliveries that the replay would create, oldest first. */
  readonly sample: readonly ReplayPair[];
}

/** Limits of a count of the deliveries that a replay would create. */
export interface CountLimits {
  /** Time limit of the count, in milliseconds. */
  readonly withinMs: number;
  /** Number of candidates per read. */
  readonly batch: number;
  /** Maximum number of deliveries in the sample. */
  readonly sample: number;
}

/**
 * Counter of the deliveries that a replay would create. Routes the candidates as the replay does, but creates nothing.
 */
export class ReplayCounter {
  constructor(
    private readonly store: Pick<ReplayStore, 'candidates'>,
    private readonly planner: ReplayPlanner,
  ) {}

  /** @param before UUIDv7; events received at or after the time in this id are not counted */
  async count(
    selection: ReplaySelection,
    before: string,
    { configuration, brand }: { readonly configuration: CompiledBrand; readonly brand: BrandRecord },
    limits: CountLimits,
  ): Promise<ReplayCount> {
    const end = performance.now() + limits.withinMs;
    const sample: ReplayPair[] = [];
    const byState: { -readonly [State in keyof CountByState]: CountByState[State] } = {};
    let [deliveries, scanned, skipped] = [0, 0, NO_SKIPS];
    let cursor: string | null = null;
    do {
      const { candidates, next } = await this.store.candidates(selection, { before, cursor }, limits.batch);
      const { pairs, skips } = await this.planner.plan(candidates, selection, configuration, brand);
      sample.push(...pairs.slice(0, limits.sample - sample.length));
      deliveries += pairs.length;
      for (const { earlierState } of pairs) byState[earlierState] = (byState[earlierState] ?? 0) + 1;
      scanned += candidates.length;
      skipped = countSkips(skipped, skips);
      cursor = next;
    } while (cursor !== null && performance.now() < end);
    return { deliveries, scanned, skipped, byState, isExact: cursor === null, sample };
  }
}
