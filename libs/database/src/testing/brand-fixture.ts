import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { DestinationEntity } from '../entities/destination.entity.js';
import { SourceEntity } from '../entities/source.entity.js';
import { SubscriptionEntity } from '../entities/subscription.entity.js';
import { insertDestination } from './sample-destination.js';
import type { SampleIds } from './event-fixtures.js';

const OWNER = { managedBy: 'api', file: null, disabled: false, deletedAt: null } as const;

/** Inserts a whole brand, with a source `capillary`, a destination `hook` and a subscription `points`. */
export async function insertBrand(dataSource: DataSource): Promise<SampleIds> {
  const ids = await insertDestination(dataSource);
  await dataSource.getRepository(SourceEntity).save({
    ...OWNER,
    id: ids.sourceId,
    brandId: ids.brandId,
    name: 'capillary',
    adapter: 'capillary',
    sealedAuth: Buffer.from('sealed'),
    paths: null,
    limits: null,
  });
  await insertSubscription(dataSource, ids.brandId, ids.subscriptionId, 'points');
  return ids;
}

/**
 * Inserts another destination of a brand and a subscription to this destination, both with the same name. Returns the
 * ids of both.
 */
export async function insertDestinationAndSubscription(
  dataSource: DataSource,
  of: SampleIds,
  name: string,
): Promise<SampleIds> {
  const ids = { ...of, destinationId: randomUUID(), subscriptionId: randomUUID() };
  await dataSource.getRepository(DestinationEntity).save({
    ...OWNER,
    id: ids.destinationId,
    brandId: ids.brandId,
    name,
    type: 'webhook',
    sealedCredentials: Buffer.from('sealed'),
    settings: {},
    limits: {},
    retry: { scheduleMs: [0] },
    version: 1,
  });
  await insertSubscription(dataSource, ids.brandId, ids.subscriptionId, name);
  return ids;
}

async function insertSubscription(dataSource: DataSource, brandId: string, id: string, name: string): Promise<void> {
  await dataSource.getRepository(SubscriptionEntity).save({ ...OWNER, id, brandId, name });
}
