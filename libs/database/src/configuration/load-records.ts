import type { BrandVault, ConfigurationRecords, IngestKey, Vault } from '@patchbay/core';
import { IsNull, type EntityManager } from 'typeorm';
import { ApiKeyEntity } from '../entities/api-key.entity.js';
import { BrandEntity } from '../entities/brand.entity.js';
import { DestinationEntity } from '../entities/destination.entity.js';
import { SourceEntity } from '../entities/source.entity.js';
import { SubscriptionVersionEntity } from '../entities/subscription-version.entity.js';
import { loadDeletedSources } from './deleted-sources.js';
import { brandRecord, destinationRecord, sourceRecord, subscriptionVersionRecord } from './records.js';
import { readRevision } from './revision.js';

/**
 * Loads the configuration in force, and the deleted sources that events may still reference, in the manager's
 * transaction.
 */
export async function loadRecords(manager: EntityManager, vault: Vault): Promise<ConfigurationRecords> {
  const revision = await readRevision(manager);
  const notDeleted = { where: { deletedAt: IsNull() }, order: { name: 'ASC' } } as const;
  const brands = await manager.find(BrandEntity, notDeleted);
  const vaults = new Map(brands.map((brand) => [brand.id, vault.openBrandKey(brand.id, brand.wrappedKey)]));
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
    brands: brands.map((brand) => brandRecord(brand, vaultOf(vaults, brand.id))),
    sources: sources.map((source) => ({
      ...sourceRecord(source, vaultOf(vaults, source.brandId)),
      keys: keys.filter(({ brandIds }) => brandIds?.includes(source.brandId) ?? true).map(ingestKey),
    })),
    deletedSources: await loadDeletedSources(manager),
    destinations: destinations.map(destinationRecord),
    subscriptions: versions.map(subscriptionVersionRecord),
  };
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
