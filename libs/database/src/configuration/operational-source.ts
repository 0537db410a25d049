import { randomUUID } from 'node:crypto';
import { OPERATIONAL_SOURCE } from '@patchbay/core';
import { IsNull, type EntityManager } from 'typeorm';
import { databaseTime } from '../clock/database-time.js';
import { SourceEntity } from '../entities/source.entity.js';

/** Returns the source of a new brand's operational events. Nobody can post to this source or change it. */
export function operationalSource(brandId: string): SourceEntity {
  return Object.assign(new SourceEntity(), {
    id: randomUUID(),
    brandId,
    name: OPERATIONAL_SOURCE,
    adapter: OPERATIONAL_SOURCE,
    sealedAuth: Buffer.alloc(0),
    paths: null,
    customer: null,
    limits: null,
    files: null,
    sealedPlace: null,
    placeOrigin: null,
    managedBy: 'hub' as const,
    file: null,
    disabled: false,
    deletedAt: null,
  });
}

/** Deletes a brand's operational source. */
export async function deleteOperationalSource(manager: EntityManager, brandId: string): Promise<void> {
  const source = { brandId, managedBy: 'hub', deletedAt: IsNull() } as const;
  await manager.update(SourceEntity, source, { disabled: true, deletedAt: new Date(await databaseTime(manager)) });
}
