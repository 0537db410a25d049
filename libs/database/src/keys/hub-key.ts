import type { EntityManager } from 'typeorm';
import { HubKeyEntity } from '../entities/hub-key.entity.js';

/** Reads the hub's wrapped data key; null before the first start of the hub. */
export async function readHubKey(manager: EntityManager): Promise<Buffer | null> {
  return (await manager.findOneBy(HubKeyEntity, { id: 1 }))?.wrappedKey ?? null;
}
