import type { CompiledConfiguration } from '../configuration/compiled-configuration.js';
import type { BrandRecord, SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import type { ConfigurationStore } from '../configuration/configuration-store.port.js';
import { RoutingTable } from '../routing/routing-table.js';
import type { ReplayCandidate, ReplaySelection, ReplaySkip } from './replay.js';
import { routeAgain, type ReplayPair, type RoutedVersions } from './route-again.js';

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
    if (recorded) await this.loadRevisions(brand.id, candidates);
    const at = (revision: number): RoutedVersions => this.revisions.get(`${brand.id}/${revision}`) ?? NONE;
    const others = recorded ? await this.versionsNotIn(at, candidates) : new Map<string, SubscriptionVersionRecord>();
    const view = { selection, configuration, brand, at, version: (id: string) => others.get(id) };
    const routed = candidates.map((candidate) => routeAgain(candidate, view));
    return { pairs: routed.flatMap(({ pairs }) => pairs), skips: routed.flatMap(({ skips }) => skips) };
  }

  private async loadRevisions(brandId: string, candidates: readonly ReplayCandidate[]): Promise<void> {
    if (this.revisions.size > MAX_REMEMBERED) this.revisions.clear();
    for (const revision of new Set(candidates.map(({ event }) => event.configRevision))) {
      const key = `${brandId}/${revision}`;
      if (this.revisions.has(key)) continue;
      const records = await this.store.subscriptionsAt(brandId, revision);
      this.revisions.set(key, { records, table: new RoutingTable(records) });
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

const NONE: RoutedVersions = { records: [], table: new RoutingTable([]) };
