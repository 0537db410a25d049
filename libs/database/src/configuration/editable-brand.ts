import type { EditableBrand, Vault } from '@patchbay/core';
import { IsNull, type EntityManager } from 'typeorm';
import type { BrandEntity } from '../entities/brand.entity.js';
import { DestinationEntity } from '../entities/destination.entity.js';
import { SourceEntity } from '../entities/source.entity.js';
import { SubscriptionVersionEntity } from '../entities/subscription-version.entity.js';
import { SubscriptionEntity } from '../entities/subscription.entity.js';
import { brandRecord, destinationRecord, sourceRecord, subscriptionVersionRecord } from './records.js';

/** Reads a brand in the manager's transaction, as input for the decision about an edit. Throws a VaultError. */
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
  return {
    brand: brandRecord(brand, brandVault),
    sources: sources.map((source) => sourceRecord(source, brandVault)),
    destinations: destinations.map(destinationRecord),
    subscriptions: versions.map(subscriptionVersionRecord),
    vanished: subscriptions.filter(({ disabled }) => disabled).map(({ name, file }) => ({ name, file })),
  };
}
