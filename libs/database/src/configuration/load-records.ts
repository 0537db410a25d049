import type { BrandVault, ConfigurationRecords, EditableBrand, IngestKey, SourceRecord, Vault } from '@patchbay/core';
import { IsNull, type EntityManager } from 'typeorm';
import { ApiKeyEntity } from '../entities/api-key.entity.js';
import { BrandEntity } from '../entities/brand.entity.js';
import { DestinationEntity } from '../entities/destination.entity.js';
import { LookupPauseEntity } from '../entities/lookup-pause.entity.js';
import { SourceEntity } from '../entities/source.entity.js';
import { SubscriptionVersionEntity } from '../entities/subscription-version.entity.js';
import { SubscriptionEntity } from '../entities/subscription.entity.js';
import {
  brandRecord,
  deletedSourceRecord,
  destinationRecord,
  sourceRecord,
  subscriptionVersionRecord,
  type DeletedSourceRow,
} from './records.js';
import { readBrandRevisions, readRevision } from './revision.js';

/**
 * Deleted sources whose events may still be stored. The period is longer than any retention. For a source that was
 * deleted earlier, no delivery waits and no event can be replayed. Sources of deleted brands are left out, because
 * their events cannot be opened without the brand's key.
 */
const DELETED_SOURCES = `
SELECT s.id, s.brand_id AS "brandId", s.name, s.adapter, s.managed_by AS "managedBy"
FROM sources s JOIN brands b ON b.id = s.brand_id AND b.deleted_at IS NULL
WHERE s.deleted_at > now() - interval '432 days'`;

/**
 * Loads the configuration in force, and the deleted sources that events may still reference, in the manager's
 * transaction.
 */
export async function loadRecords(manager: EntityManager, vault: Vault): Promise<ConfigurationRecords> {
  const revision = await readRevision(manager);
  const notDeleted = { where: { deletedAt: IsNull() }, order: { name: 'ASC' } } as const;
  const brands = await manager.find(BrandEntity, notDeleted);
  const vaults = new Map(brands.map((brand) => [brand.id, vault.openBrandKey(brand.id, brand.wrappedKey)]));
  const revisions = await readBrandRevisions(
    manager,
    brands.map(({ id }) => id),
  );
  const pauses = await manager.findBy(LookupPauseEntity, { resumedAt: IsNull() });
  const sources = await manager.find(SourceEntity, notDeleted);
  const keys = await manager.findBy(ApiKeyEntity, { role: 'ingest' });
  const destinations = await manager.find(DestinationEntity, notDeleted);
  const versions = await manager.find(SubscriptionVersionEntity, {
    where: { toRevision: IsNull() },
    relations: { subscription: true },
    order: { subscription: { name: 'ASC' } },
  });
  return {
    revision,
    brands: brands.map((brand) =>
      brandRecord(
        brand,
        revisions.get(brand.id) ?? 0,
        vaultOf(vaults, brand.id),
        pauses.filter(({ brandId }) => brandId === brand.id),
      ),
    ),
    sources: sources.map((source) => ({
      ...sourceRecord(source, vaultOf(vaults, source.brandId)),
      keys: keys.filter(({ brandIds }) => brandIds?.includes(source.brandId) ?? true).map(ingestKey),
    })),
    deletedSources: await loadDeletedSources(manager),
    destinations: destinations.map(destinationRecord),
    subscriptions: versions.map(subscriptionVersionRecord),
  };
}

/**
 * Reads a brand in the manager's transaction, as input for the decision about an edit. Throws a VaultError if a value
 * cannot be opened.
 */
export async function editableBrand(manager: EntityManager, brand: BrandEntity, vault: Vault): Promise<EditableBrand> {
  const brandVault = vault.openBrandKey(brand.id, brand.wrappedKey);
  const whereBrand = { where: { brandId: brand.id, deletedAt: IsNull() }, order: { name: 'ASC' } } as const;
  const sources = await manager.find(SourceEntity, whereBrand);
  const destinations = await manager.find(DestinationEntity, whereBrand);
  const subscriptions = await manager.find(SubscriptionEntity, whereBrand);
  const versions = await manager.find(SubscriptionVersionEntity, {
    where: { toRevision: IsNull(), subscription: { brandId: brand.id } },
    relations: { subscription: true },
    order: { subscription: { name: 'ASC' } },
  });
  const revisions = await readBrandRevisions(manager, [brand.id]);
  return {
    brand: brandRecord(brand, revisions.get(brand.id) ?? 0, brandVault),
    sources: sources.map((source) => sourceRecord(source, brandVault)),
    destinations: destinations.map(destinationRecord),
    subscriptions: versions.map(subscriptionVersionRecord),
    vanished: subscriptions.filter(({ disabled }) => disabled).map(({ name, file }) => ({ name, file })),
  };
}

/**
 * Loads deleted sources whose events may still be stored. Reads rows without building entities, because there may be
 * thousands of deleted sources.
 */
async function loadDeletedSources(manager: EntityManager): Promise<readonly SourceRecord[]> {
  const rows = await manager.query<readonly DeletedSourceRow[]>(DELETED_SOURCES);
  return rows.map(deletedSourceRecord);
}

function ingestKey({ id, hash, expiresAt }: ApiKeyEntity): IngestKey {
  return { id, hash, expiresAt: expiresAt?.getTime() ?? null };
}

function vaultOf(vaults: ReadonlyMap<string, BrandVault>, brandId: string): BrandVault {
  const vault = vaults.get(brandId);
  if (vault === undefined)
    throw new Error(
      `A source, destination or subscription in the database references brand ${brandId}, which is deleted.`,
    );
  return vault;
}
