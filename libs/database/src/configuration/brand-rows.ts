import { byBrand } from '@patchbay/core';
import type { EntityManager, EntityTarget, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { DestinationEntity } from '../entities/destination.entity.js';
import { SourceEntity } from '../entities/source.entity.js';
import { SubscriptionVersionEntity } from '../entities/subscription-version.entity.js';
import { SubscriptionEntity } from '../entities/subscription.entity.js';
import type { ApplyContext } from './apply-context.js';

/** Stored objects of one brand that are not deleted. */
export interface BrandRows {
  readonly sources: readonly SourceEntity[];
  readonly destinations: readonly DestinationEntity[];
  readonly subscriptions: readonly SubscriptionEntity[];
  /** Newest version of each subscription by subscription id, including closed versions. */
  readonly newestVersions: ReadonlyMap<string, SubscriptionVersionEntity>;
}

const NO_ROWS: BrandRows = { sources: [], destinations: [], subscriptions: [], newestVersions: new Map() };

/** Loads the objects of many brands with one query per table, so that 10,000 unchanged files are applied in seconds. */
export async function loadBrandRows(
  manager: EntityManager,
  brandIds: readonly string[],
): Promise<(brandId: string) => BrandRows> {
  if (brandIds.length === 0) return () => NO_ROWS;
  const ofBrands = <Row extends ObjectLiteral>(entity: EntityTarget<Row>): SelectQueryBuilder<Row> =>
    // Pass the ids as one array, because a statement takes at most 65,535 parameters.
    manager
      .createQueryBuilder(entity, 'row')
      .where('row.brand_id = ANY(:brandIds)', { brandIds: [...brandIds] })
      .andWhere('row.deleted_at IS NULL');
  const sources = byBrand(await ofBrands(SourceEntity).getMany());
  const destinations = byBrand(await ofBrands(DestinationEntity).getMany());
  const subscriptions = await ofBrands(SubscriptionEntity).getMany();
  const newestVersions = await loadNewestVersions(manager, subscriptions);
  const subscriptionsByBrand = byBrand(subscriptions);
  return (brandId) => ({
    sources: sources.get(brandId) ?? [],
    destinations: destinations.get(brandId) ?? [],
    subscriptions: subscriptionsByBrand.get(brandId) ?? [],
    newestVersions,
  });
}

/**
 * Returns the objects of a brand that is being created. The only object is the source of the brand's operational
 * events.
 */
export function newBrandRows({ newRows }: ApplyContext, { id }: { readonly id: string }): BrandRows {
  const own = newRows.sources.findLast(({ brandId }) => brandId === id);
  return own === undefined ? NO_ROWS : { ...NO_ROWS, sources: [own] };
}

/** Loads the newest version of each subscription, including closed versions. */
export async function loadNewestVersions(
  manager: EntityManager,
  subscriptions: readonly SubscriptionEntity[],
): Promise<ReadonlyMap<string, SubscriptionVersionEntity>> {
  if (subscriptions.length === 0) return new Map();
  const versions = await manager
    .createQueryBuilder(SubscriptionVersionEntity, 'version')
    .where('version.subscription_id = ANY(:ids)', { ids: subscriptions.map(({ id }) => id) })
    .getMany();
  const newest = new Map<string, SubscriptionVersionEntity>();
  for (const version of versions) {
    const known = newest.get(version.subscriptionId);
    if (known === undefined || known.version < version.version) newest.set(version.subscriptionId, version);
  }
  return newest;
}
