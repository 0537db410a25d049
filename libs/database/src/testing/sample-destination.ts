import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { BrandEntity } from '../entities/brand.entity.js';
import { DestinationEntity } from '../entities/destination.entity.js';
import { sampleIds, type SampleIds } from './event-fixtures.js';

/** Inserts a brand with one destination, without the configuration store. */
export async function insertDestination(dataSource: DataSource): Promise<SampleIds> {
  const ids = sampleIds();
  const owner = { managedBy: 'api', file: null, disabled: false, deletedAt: null } as const;
  await dataSource.getRepository(BrandEntity).save({
    ...owner,
    id: ids.brandId,
    name: `brand-${randomUUID()}`,
    timezone: 'Asia/Kolkata',
    privacy: { mode: 'standard', keep: [], personal: [] },
    retentionDays: 30,
    recipientOrder: ['event'],
    wrappedKey: Buffer.from('wrapped'),
  });
  await dataSource.getRepository(DestinationEntity).save({
    ...owner,
    id: ids.destinationId,
    brandId: ids.brandId,
    name: 'hook',
    type: 'webhook',
    sealedCredentials: Buffer.from('sealed'),
    settings: {},
    limits: {},
    retry: { scheduleMs: [0] },
    version: 3,
  });
  return ids;
}
