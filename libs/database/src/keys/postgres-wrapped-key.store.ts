import type { Actor, KeyOwner, Rewrap, WrappedKeyStore } from '@patchbay/core';
import type { DataSource, EntityManager } from 'typeorm';
import { ADVISORY_LOCKS } from '../connections/advisory-locks.js';
import { appendAuditEntries } from '../audit/append-audit-entries.js';
import { lockConfiguration } from '../configuration/revision.js';
import { BrandEntity } from '../entities/brand.entity.js';
import { HubKeyEntity } from '../entities/hub-key.entity.js';
import { readHubKey } from './hub-key.js';

/**
 * Store of wrapped data keys in PostgreSQL. The hub's key has its own table; a brand's key is in the row of the brand.
 */
export class PostgresWrappedKeyStore implements WrappedKeyStore {
  constructor(private readonly dataSource: DataSource) {}

  async hubKey(make: (like: Uint8Array | null) => Uint8Array): Promise<Uint8Array> {
    const known = await readHubKey(this.dataSource.manager);
    if (known !== null) return known;
    return this.dataSource.transaction(async (manager) => {
      await lockConfiguration(manager);
      const made = await readHubKey(manager);
      if (made !== null) return made;
      const [brand] = await brandsWithKeys(manager);
      const wrappedKey = Buffer.from(make(brand?.wrappedKey ?? null));
      await manager.insert(HubKeyEntity, { id: 1, wrappedKey });
      return wrappedKey;
    });
  }

  async wrappedKeys(): Promise<readonly { readonly owner: KeyOwner; readonly wrapped: Uint8Array }[]> {
    const { manager } = this.dataSource;
    const hub = await readHubKey(manager);
    const brands = await brandsWithKeys(manager);
    return [
      ...(hub === null ? [] : [{ owner: { kind: 'hub' } as const, wrapped: hub }]),
      ...brands.map(({ id, wrappedKey }) => ({ owner: { kind: 'brand', brandId: id } as const, wrapped: wrappedKey })),
    ];
  }

  /**
   * Runs a rotation under a lock. A separate transaction holds the lock, so that the lock ends when the connection
   * breaks, even behind a connection pooler.
   */
  withRotationLock<T>(rotate: (assertLocked: () => Promise<void>) => Promise<T>): Promise<T | null> {
    return this.dataSource.transaction(async (lock) => {
      const [row] = await lock.query<{ mine: boolean }[]>(
        `SELECT pg_try_advisory_xact_lock(${ADVISORY_LOCKS.masterKey}) AS mine`,
      );
      if (row?.mine !== true) return null;
      return rotate(async () => {
        await lock.query('SELECT 1');
      });
    });
  }

  rewrap(rewrap: Rewrap, actor: Actor): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      await lockConfiguration(manager);
      const count = (await rewrapHubKey(manager, rewrap)) + (await rewrapBrandKeys(manager, rewrap));
      await appendAuditEntries(manager, [
        { actor, action: 'masterKey.rotate', brandId: null, target: 'hub', before: null, after: { dataKeys: count } },
      ]);
      return count;
    });
  }
}

async function rewrapHubKey(manager: EntityManager, rewrap: Rewrap): Promise<number> {
  const wrapped = await readHubKey(manager);
  const anew = wrapped === null ? null : rewrap({ kind: 'hub' }, wrapped);
  if (anew === null) return 0;
  await manager.update(HubKeyEntity, { id: 1 }, { wrappedKey: Buffer.from(anew) });
  return 1;
}

async function rewrapBrandKeys(manager: EntityManager, rewrap: Rewrap): Promise<number> {
  let count = 0;
  for (const { id, wrappedKey } of await brandsWithKeys(manager)) {
    const anew = rewrap({ kind: 'brand', brandId: id }, wrappedKey);
    if (anew === null) continue;
    await manager.update(BrandEntity, { id }, { wrappedKey: Buffer.from(anew) });
    count += 1;
  }
  return count;
}

/** Reads the brands that have a data key. Deleted brands have no data key. */
function brandsWithKeys(manager: EntityManager): Promise<BrandEntity[]> {
  return manager
    .createQueryBuilder(BrandEntity, 'brand')
    .select(['brand.id', 'brand.wrappedKey'])
    .where('octet_length(brand.wrapped_key) > 0')
    .orderBy('brand.id')
    .getMany();
}
