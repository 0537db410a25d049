import type { EntityManager } from 'typeorm';
import { HubKeyEntity } from '../entities/hub-key.entity.js';

/** The hub's own key as it is stored, wrapped; null before its first start. */
export async function readHubKey(manager: EntityManager): Promise<Buffer | null> {
  return (await manager.findOneBy(HubKeyEntity, { id: 1 }))?.wrappedKey ?? null;
}
