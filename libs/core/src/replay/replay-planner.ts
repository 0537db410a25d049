import type { CompiledConfiguration } from '../configuration/compiled-configuration.js';
import type { BrandRecord, SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import type { ConfigurationStore } from '../configuration/configuration-store.port.js';
import { WorkSlices } from '../work-slices.js';
import { RoutingTable } from '../routing/routing-table.js';
import type { ReplayCandidate, ReplaySelection, ReplaySkip } from './replay.js';
import { reroute, type ReplayPair, type RoutedVersions } from './reroute.js';

const MAX_REMEMBERED = 1_000;

/** What some candidates come to. */
export interface ReplayPlan {
  readonly pairs: readonly ReplayPair[];
  readonly skips: readonly ReplaySkip[];
}

/** Routes stored events again. What was in force at a revision never changes, so it is remembered. */
export class ReplayPlanner {
  private readonly revisions = new Map<string, RoutedVersions>();

  constructor(private readonly store: Pick<ConfigurationStore, 'subscriptionsAt' | 'subscriptionVersions'>) {}

  /** The same for the count that comes first, for the dry run, and for the replay itself. */
  async plan(
    candidates: readonly ReplayCandidate[],
    selection: ReplaySelection,
    configuration: CompiledConfiguration,
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
    const routed = await new WorkSlices().map(candidates, (candidate) => reroute(candidate, view));
    return { pairs: routed.flatMap(({ pairs }) => pairs), skips: routed.flatMap(({ skips }) => skips) };
  }

  /** The version of a pair's subscription of its event's time, and that of now; undefined where there is none. */
  async bothVersions(
    { event, version }: ReplayPair,
    { brandId, mapping }: ReplaySelection,
    configuration: CompiledConfiguration,
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
      remember(this.revisions, key, { records, table: new RoutingTable(records) });
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

/** The oldest go first: those of the batch at hand are the newest. */
function remember<T>(cache: Map<string, T>, key: string, value: T): void {
  const [oldest] = cache.keys();
  if (cache.size >= MAX_REMEMBERED && oldest !== undefined) cache.delete(oldest);
  cache.set(key, value);
}

const NONE: RoutedVersions = { records: [], table: new RoutingTable([]) };
