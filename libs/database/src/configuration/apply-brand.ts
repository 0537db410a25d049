import {
  hidden,
  type BrandDefinition,
  type BrandFile,
  type BrandHeader,
  type BrandVault,
  type Vault,
} from '@patchbay/core';
import { In, IsNull, Not, type EntityManager } from 'typeorm';
import { databaseTime } from '../clock/database-time.js';
import { BrandEntity } from '../entities/brand.entity.js';
import { DestinationEntity } from '../entities/destination.entity.js';
import { SourceEntity } from '../entities/source.entity.js';
import { SubscriptionVersionEntity } from '../entities/subscription-version.entity.js';
import { SubscriptionEntity } from '../entities/subscription.entity.js';
import { readHubKey } from '../keys/hub-key.js';
import { ensurePartitions } from '../partitions/ensure-partitions.js';
import { daysAhead } from '../partitions/partition-day.js';
import { ownedBy, type ApplyContext } from './apply-context.js';
import { destinationReconciliation } from './apply-destinations.js';
import { sourceReconciliation } from './apply-sources.js';
import {
  resolveSubscriptions,
  subscriptionReconciliation,
  type SubscriptionSurroundings,
} from './apply-subscriptions.js';
import { lookupsOf, openLookups, sealLookups } from './brand-lookups.js';
import { changedFields } from './changed-fields.js';
import { createOperationalSource, deleteOperationalSource } from './operational-source.js';
import { reconcileNamed, reconcileVanished } from './reconcile.js';

/** Brings one brand to what its file says, in the transaction of `context`. */
export async function applyBrand(context: ApplyContext, file: BrandFile, vault: Vault): Promise<void> {
  const brand = await applyBrandRow(context, file, vault);
  if (brand === undefined) return;
  await applyObjects(context, brand, file, vault.openBrandKey(brand.id, brand.wrappedKey));
}

/** Disables or deletes a brand whose file is gone, with everything its file named. */
export async function applyVanishedBrand(context: ApplyContext, brand: BrandEntity, vault: Vault): Promise<void> {
  const file = brand.file ?? '';
  const nothing = { sources: [], destinations: [], subscriptions: [] };
  const brandVault = vault.openBrandKey(brand.id, brand.wrappedKey);
  await applyObjects(context, brand, { file, definition: nothing }, brandVault);
  if (context.prune) {
    await refuseOrphans(context, brand);
    await deleteBrand(context, brand);
  } else if (!brand.disabled) {
    brand.disabled = true;
    context.changed('brand', 'disable', brand.name);
    await context.manager.save(brand);
  }
}

/** Deletes a brand that has nothing any more; without its key, nothing that was sealed for it can be opened again. */
export async function deleteBrand(context: ApplyContext, brand: BrandEntity): Promise<void> {
  brand.deletedAt = new Date(await databaseTime(context.manager));
  brand.disabled = true;
  brand.wrappedKey = Buffer.alloc(0);
  brand.sealedLookups = null;
  await context.manager.save(brand);
  await deleteOperationalSource(context.manager, brand.id);
  context.changed('brand', 'delete', brand.name);
}

type Objects = Pick<BrandDefinition, 'sources' | 'destinations' | 'subscriptions'>;

/** Wrapped as the hub's own key is, for the processes that do not know a newer master key yet. */
async function newBrandKey(manager: EntityManager, vault: Vault, brandId: string): Promise<Buffer> {
  return Buffer.from(vault.createBrandKey(brandId, (await readHubKey(manager)) ?? undefined));
}

async function applyBrandRow(
  context: ApplyContext,
  { file, definition }: BrandFile,
  vault: Vault,
): Promise<BrandEntity | undefined> {
  const row = await context.manager.findOneBy(BrandEntity, { name: definition.brand, deletedAt: IsNull() });
  if (row?.managedBy === 'api') {
    context.problems.push({
      file,
      field: 'brand',
      message: `Brand ${row.name} was made over the API. Delete it there, or give the file's brand another name.`,
    });
    return undefined;
  }
  return putBrand(context, row, definition, file, vault);
}

/** Makes a brand, or brings it to what its definition says; its objects are nobody's business here. */
export async function putBrand(
  context: ApplyContext,
  row: BrandEntity | null,
  definition: BrandHeader,
  file: string | null,
  vault: Vault,
): Promise<BrandEntity> {
  const { manager } = context;
  const says = {
    timezone: definition.timezone,
    privacy: definition.privacy,
    retentionDays: definition.retentionDays,
    recipientOrder: [...definition.recipients.order],
    caps: definition.caps ?? null,
  };
  const owned = row ?? ownedBy(file, definition.brand);
  const wrappedKey = row?.wrappedKey ?? (await newBrandKey(manager, vault, owned.id));
  const brandVault = vault.openBrandKey(owned.id, wrappedKey);
  const [before, after] = [row === null ? {} : openLookups(brandVault, row), lookupsOf(definition)];
  const fields = changedFields({
    timezone: [row?.timezone, says.timezone],
    privacy: [row?.privacy, says.privacy],
    retention: [row?.retentionDays, says.retentionDays],
    'recipients.order': [row?.recipientOrder, says.recipientOrder],
    'recipients.resolver': [before.resolver, after.resolver, hidden],
    'recipients.consent': [before.consent, after.consent],
    enrichment: [before.enrichment, after.enrichment, hidden],
    'messaging.caps': [row?.caps, says.caps],
    file: [row?.file, file],
  });
  const differs = Object.keys(fields).length > 0;
  if (row === null) context.changed('brand', 'create', definition.brand, fields);
  else if (row.disabled) context.changed('brand', 'enable', row.name, fields);
  else context.changed('brand', differs ? 'update' : 'unchanged', row.name, fields);
  if (row !== null && !row.disabled && !differs) {
    row.appliedBy = appliedBy(context);
    return manager.save(row);
  }
  if ('retention' in fields)
    await ensurePartitions(manager, daysAhead(await databaseTime(manager), [says.retentionDays]));
  const saved = await manager.save(
    Object.assign(row ?? new BrandEntity(), owned, says, {
      file,
      disabled: false,
      appliedBy: appliedBy(context),
      wrappedKey,
      sealedLookups: sealLookups(brandVault, owned.id, after),
    }),
  );
  if (row === null) await createOperationalSource(manager, saved.id);
  return saved;
}

/** A key may have any name: none is taken for the hub itself. */
function appliedBy({ actor }: ApplyContext): string {
  return actor.keyId === null ? actor.name : `key ${actor.keyId}`;
}

async function applyObjects(
  context: ApplyContext,
  brand: BrandEntity,
  { file, definition }: { readonly file: string; readonly definition: Objects },
  vault: BrandVault,
): Promise<void> {
  const { manager } = context;
  const place = { brand, file };
  const mine = { brandId: brand.id, deletedAt: IsNull() };
  const subscriptionRows = await manager.findBy(SubscriptionEntity, mine);
  const sourceWork = sourceReconciliation(
    context,
    place,
    vault,
    definition.sources,
    await manager.findBy(SourceEntity, mine),
  );
  const destinationWork = destinationReconciliation(
    context,
    place,
    vault,
    definition.destinations,
    await manager.findBy(DestinationEntity, mine),
  );
  const surroundings: SubscriptionSurroundings = {
    sources: await reconcileNamed(sourceWork),
    destinations: await reconcileNamed(destinationWork),
    newestVersions: await newestVersions(context, subscriptionRows),
  };
  const subscriptionWork = subscriptionReconciliation(
    context,
    place,
    resolveSubscriptions(context, place, definition.subscriptions, surroundings),
    subscriptionRows,
    surroundings,
  );
  await reconcileNamed(subscriptionWork);
  await reconcileVanished(subscriptionWork);
  await reconcileVanished(destinationWork);
  await reconcileVanished(sourceWork);
  if (context.prune) await refuseDangling(context, brand);
}

/** The newest version of each subscription, closed ones too. */
export async function newestVersions(
  { manager }: ApplyContext,
  rows: readonly SubscriptionEntity[],
): Promise<ReadonlyMap<string, SubscriptionVersionEntity>> {
  const versions = await manager.find(SubscriptionVersionEntity, {
    where: { subscriptionId: In(rows.map(({ id }) => id)) },
    order: { version: 'ASC' },
  });
  return new Map(versions.map((version) => [version.subscriptionId, version]));
}

/** What the API made must not be left pointing at what this apply deletes. */
async function refuseDangling({ manager, problems }: ApplyContext, brand: BrandEntity): Promise<void> {
  const dangling = await manager
    .createQueryBuilder(SubscriptionVersionEntity, 'version')
    .innerJoinAndSelect('version.subscription', 'subscription')
    .innerJoinAndSelect('version.source', 'source')
    .innerJoinAndSelect('version.destination', 'destination')
    .where('subscription.brand_id = :brandId AND version.to_revision IS NULL', { brandId: brand.id })
    .andWhere('(source.deleted_at IS NOT NULL OR destination.deleted_at IS NOT NULL)')
    .getMany();
  const users = dangling.map(({ subscription, source, destination }) => ({
    subscription: subscription.name,
    field: source.deletedAt === null ? `destinations.${destination.name}` : `sources.${source.name}`,
  }));
  for (const { subscription, field } of [...users, ...(await danglingSteps(manager, brand))]) {
    problems.push({
      ...(brand.file === null ? {} : { file: brand.file }),
      field,
      message: `It cannot be deleted: subscription ${subscription}, made over the API, uses it. Delete that first.`,
    });
  }
}

/** Steps of fallbacks whose destination is deleted. */
function danglingSteps(
  manager: EntityManager,
  brand: BrandEntity,
): Promise<readonly { readonly subscription: string; readonly field: string }[]> {
  return manager.query(
    `SELECT s.name AS subscription, 'destinations.' || d.name AS field
       FROM subscriptions s
       JOIN subscription_versions v ON v.subscription_id = s.id AND v.to_revision IS NULL
       CROSS JOIN LATERAL json_array_elements(v.messaging -> 'fallback') step
       JOIN destinations d ON d.id = (step ->> 'destinationId')::uuid
      WHERE s.brand_id = $1 AND d.deleted_at IS NOT NULL
      ORDER BY s.name, d.name`,
    [brand.id],
  );
}

async function refuseOrphans({ manager, problems }: ApplyContext, brand: BrandEntity): Promise<void> {
  const mine = { brandId: brand.id, deletedAt: IsNull() };
  const left =
    (await manager.countBy(SourceEntity, { ...mine, managedBy: Not('hub') })) +
    (await manager.countBy(DestinationEntity, mine)) +
    (await manager.countBy(SubscriptionEntity, mine));
  if (left === 0) return;
  problems.push({
    ...(brand.file === null ? {} : { file: brand.file }),
    field: 'brand',
    message: `Brand ${brand.name} cannot be deleted: it still has ${left} object(s) made over the API. Delete them first.`,
  });
}
