import {
  maskedSecret,
  type BrandDefinition,
  type BrandFile,
  type BrandSettings,
  type BrandVault,
  type RetentionDays,
  type Vault,
} from '@patchbay/core';
import { IsNull, Not } from 'typeorm';
import { databaseTime } from '../clock/database-time.js';
import { BrandEntity } from '../entities/brand.entity.js';
import { DestinationEntity } from '../entities/destination.entity.js';
import { SourceEntity } from '../entities/source.entity.js';
import { SubscriptionVersionEntity } from '../entities/subscription-version.entity.js';
import { SubscriptionEntity } from '../entities/subscription.entity.js';
import { ensurePartitions } from '../partitions/ensure-partitions.js';
import { daysAhead } from '../partitions/daily-partitions.js';
import { ownedBy, type ApplyContext } from './apply-context.js';
import { destinationReconciliation } from './apply-destinations.js';
import { sourceReconciliation } from './apply-sources.js';
import {
  resolveSubscriptions,
  subscriptionReconciliation,
  type SubscriptionReferences,
} from './apply-subscriptions.js';
import { lookupsOf, openLookups, sealLookups } from './brand-lookups.js';
import { newBrandRows, type BrandRows } from './brand-rows.js';
import { changedFields } from './changed-fields.js';
import { deleteOperationalSource, operationalSource } from './operational-source.js';
import { reconcileNamed, reconcileVanished } from './reconcile.js';
import { DELETE_SEALED_ADDRESSES } from '../sql/suppressions.js';
import { resumeChangedLookups } from './resume-changed-lookups.js';

/**
 * Creates or updates one brand to match its file, in the transaction of `context`.
 * @param row the stored brand with the name in the file
 */
export async function applyBrand(
  context: ApplyContext,
  file: BrandFile,
  row: BrandEntity | null,
  rowsOf: (brandId: string) => BrandRows,
  vault: Vault,
): Promise<void> {
  const brand = await applyBrandRow(context, file, row, vault);
  if (brand === undefined) return;
  const rows = row === null ? newBrandRows(context, brand) : rowsOf(brand.id);
  await applyObjects(context, brand, file, rows, vault.openBrandKey(brand.id, brand.wrappedKey));
}

/** Disables or deletes a brand whose file was removed, with all objects that the file managed. */
export async function applyVanishedBrand(
  context: ApplyContext,
  brand: BrandEntity,
  rows: BrandRows,
  vault: Vault,
): Promise<void> {
  const file = brand.file ?? '';
  const nothing = { sources: [], destinations: [], subscriptions: [] };
  const brandVault = vault.openBrandKey(brand.id, brand.wrappedKey);
  await applyObjects(context, brand, { file, definition: nothing }, rows, brandVault);
  if (context.prune) {
    await refuseOrphans(context, brand);
    await deleteBrand(context, brand);
  } else if (!brand.disabled || brand.unconfirmed) {
    if (!brand.disabled) context.recordChange('brand', 'disable', brand.name);
    brand.disabled = true;
    brand.unconfirmed = false;
    await context.manager.save(brand);
  }
}

/**
 * Deletes a brand that has no objects left. The brand's data key is deleted too, so that nothing that was sealed with
 * the key can be opened again.
 */
export async function deleteBrand(context: ApplyContext, brand: BrandEntity): Promise<void> {
  brand.deletedAt = new Date(await databaseTime(context.manager));
  brand.disabled = true;
  brand.wrappedKey = Buffer.alloc(0);
  brand.sealedLookups = null;
  await context.manager.save(brand);
  await deleteOperationalSource(context.manager, brand.id);
  context.recordChange('brand', 'delete', brand.name);
}

type Objects = Pick<BrandDefinition, 'sources' | 'destinations' | 'subscriptions'>;

/**
 * Creates a wrapped data key for a brand. The master key of the hub's own key also wraps the new data key, because some
 * processes may not have a newer master key yet.
 */
async function newBrandKey(context: ApplyContext, vault: Vault, brandId: string): Promise<Buffer> {
  return Buffer.from(vault.createBrandKey(brandId, (await context.readHubKey()) ?? undefined));
}

async function applyBrandRow(
  context: ApplyContext,
  { file, definition }: BrandFile,
  row: BrandEntity | null,
  vault: Vault,
): Promise<BrandEntity | undefined> {
  if (row?.managedBy === 'api') {
    context.problems.push({
      file,
      field: 'brand',
      message: `Brand ${row.name} was created through the API. Delete it there, or give the file's brand another name.`,
    });
    return undefined;
  }
  return putBrand(context, row, definition, file, vault);
}

/** Creates or updates a brand's own settings, without its sources, destinations and subscriptions. */
export async function putBrand(
  context: ApplyContext,
  row: BrandEntity | null,
  definition: BrandSettings,
  file: string | null,
  vault: Vault,
): Promise<BrandEntity> {
  const { manager } = context;
  const settings = {
    timezone: definition.timezone,
    privacy: definition.privacy,
    retentionDays: definition.retentionDays,
    recipientOrder: [...definition.recipients.order],
    caps: definition.caps ?? null,
  };
  const owned = row ?? ownedBy(file, definition.brand);
  const wrappedKey = row?.wrappedKey ?? (await newBrandKey(context, vault, owned.id));
  const brandVault = vault.openBrandKey(owned.id, wrappedKey);
  const [before, after] = [row === null ? {} : openLookups(brandVault, row), lookupsOf(definition)];
  const fields = changedFields({
    timezone: [row?.timezone, settings.timezone],
    privacy: [row?.privacy, settings.privacy],
    retention: [row?.retentionDays, settings.retentionDays],
    'recipients.order': [row?.recipientOrder, settings.recipientOrder],
    'recipients.resolver': [before.resolver, after.resolver, maskedSecret],
    'recipients.consent': [before.consent, after.consent],
    'recipients.transactionalConsent': [before.transactionalConsent, after.transactionalConsent],
    enrichment: [before.enrichment, after.enrichment, maskedSecret],
    platform: [before.platform, after.platform, maskedSecret],
    'messaging.caps': [row?.caps, settings.caps],
    file: [row?.file, file],
  });
  const differs = Object.keys(fields).length > 0;
  const becomesPiiLess = row?.privacy.mode === 'standard' && settings.privacy.mode === 'pii-less';
  const changesLookups = 'recipients.resolver' in fields || 'enrichment' in fields;
  if (row === null) context.recordChange('brand', 'create', definition.brand, fields);
  else if (row.disabled) context.recordChange('brand', 'enable', row.name, fields);
  else context.recordChange('brand', differs ? 'update' : 'unchanged', row.name, fields);
  if (row?.privacy.mode === 'pii-less' && settings.privacy.mode === 'standard') context.leavesPiiLess.push(row.name);
  if (row !== null && !row.disabled && !differs) {
    if (row.appliedBy === appliedBy(context) && !row.unconfirmed) return row;
    row.appliedBy = appliedBy(context);
    row.unconfirmed = false;
    return manager.save(row);
  }
  if ('retention' in fields) await ensureRetention(context, settings.retentionDays);
  const brand = Object.assign(row ?? new BrandEntity(), owned, settings, {
    file,
    disabled: false,
    unconfirmed: false,
    appliedBy: appliedBy(context),
    wrappedKey,
    sealedLookups: sealLookups(brandVault, owned.id, after),
  });
  if (row !== null) {
    if (changesLookups) {
      context.withRevision(async (revision) => {
        await manager.update(BrandEntity, { id: owned.id }, { lookupsRevision: revision });
        await resumeChangedLookups(context, { brandId: owned.id, revision }, before, after);
      });
    }
    const saved = await manager.save(brand);
    // After the brand's row is locked, so that no address is added under the former mode.
    if (becomesPiiLess) await manager.query(DELETE_SEALED_ADDRESSES, [owned.id]);
    return saved;
  }
  context.newRows.brands.push(brand);
  context.newRows.sources.push(operationalSource(brand.id));
  return brand;
}

async function ensureRetention({ manager, retentions }: ApplyContext, days: RetentionDays): Promise<void> {
  if (retentions.has(days)) return;
  await ensurePartitions(manager, daysAhead(await databaseTime(manager), [days]));
  retentions.add(days);
}

/**
 * Returns the actor's name in the form that is stored in `applied_by`. The name of an API key gets a prefix, because a
 * key may have the same name as the hub's actor.
 */
function appliedBy({ actor }: ApplyContext): string {
  return actor.keyId === null ? actor.name : `key ${actor.keyId}`;
}

async function applyObjects(
  context: ApplyContext,
  brand: BrandEntity,
  { file, definition }: { readonly file: string; readonly definition: Objects },
  rows: BrandRows,
  vault: BrandVault,
): Promise<void> {
  const target = { brand, file };
  const sourceWork = sourceReconciliation(context, target, vault, definition.sources, rows.sources);
  const destinationWork = destinationReconciliation(context, target, vault, definition.destinations, rows.destinations);
  const references: SubscriptionReferences = {
    sources: await reconcileNamed(sourceWork),
    destinations: await reconcileNamed(destinationWork),
    newestVersions: rows.newestVersions,
  };
  const subscriptionWork = subscriptionReconciliation(
    context,
    target,
    resolveSubscriptions(context, target, definition.subscriptions, references),
    rows.subscriptions,
    references,
  );
  await reconcileNamed(subscriptionWork);
  await reconcileVanished(subscriptionWork);
  await reconcileVanished(destinationWork);
  await reconcileVanished(sourceWork);
  if (context.prune) await refuseDangling(context, brand);
}

/** Reports subscriptions managed by the API that use objects which this apply deletes. */
async function refuseDangling(context: ApplyContext, brand: BrandEntity): Promise<void> {
  const { manager, problems, endedVersions } = context;
  const dangling = await manager
    .createQueryBuilder(SubscriptionVersionEntity, 'version')
    .innerJoinAndSelect('version.subscription', 'subscription')
    .innerJoinAndSelect('version.source', 'source')
    .leftJoinAndSelect('version.destination', 'destination')
    .where('subscription.brand_id = :brandId AND version.to_revision IS NULL', { brandId: brand.id })
    .andWhere('version.id <> ALL(:endedVersions)', { endedVersions })
    .andWhere('(source.deleted_at IS NOT NULL OR destination.deleted_at IS NOT NULL)')
    .getMany();
  const users = dangling.map(({ subscription, source, destination }) => ({
    subscription: subscription.name,
    field:
      source.deletedAt === null && destination !== null ? `destinations.${destination.name}` : `sources.${source.name}`,
  }));
  for (const { subscription, field } of [...users, ...(await danglingSteps(context, brand))]) {
    problems.push({
      ...(brand.file === null ? {} : { file: brand.file }),
      field,
      message:
        `The object cannot be deleted, because the subscription ${subscription} uses it. Delete that ` +
        'subscription through the API first.',
    });
  }
}

/** Finds fallback steps and route entries whose destination is deleted. */
function danglingSteps(
  { manager, endedVersions }: ApplyContext,
  brand: BrandEntity,
): Promise<readonly { readonly subscription: string; readonly field: string }[]> {
  return manager.query(
    `SELECT s.name AS subscription, 'destinations.' || d.name AS field
       FROM subscriptions s
       JOIN subscription_versions v ON v.subscription_id = s.id AND v.to_revision IS NULL
       CROSS JOIN LATERAL (
         SELECT step FROM json_array_elements(v.messaging -> 'fallback') step
         UNION ALL
         SELECT entry FROM json_array_elements(v.route) entry
       ) used (step)
       JOIN destinations d ON d.id = (step ->> 'destinationId')::uuid
      WHERE s.brand_id = $1 AND d.deleted_at IS NOT NULL AND v.id <> ALL ($2::uuid[])
      ORDER BY s.name, d.name`,
    [brand.id, endedVersions],
  );
}

async function refuseOrphans({ manager, problems }: ApplyContext, brand: BrandEntity): Promise<void> {
  const whereBrand = { brandId: brand.id, deletedAt: IsNull() };
  const left =
    (await manager.countBy(SourceEntity, { ...whereBrand, managedBy: Not('hub') })) +
    (await manager.countBy(DestinationEntity, whereBrand)) +
    (await manager.countBy(SubscriptionEntity, whereBrand));
  if (left === 0) return;
  problems.push({
    ...(brand.file === null ? {} : { file: brand.file }),
    field: 'brand',
    message:
      `Brand ${brand.name} cannot be deleted, because ${left} of its objects were created through the API. ` +
      'Delete these objects first.',
  });
}
