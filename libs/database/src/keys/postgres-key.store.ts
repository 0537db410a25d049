import {
  uuidV7,
  type Actor,
  type ApiKey,
  type NewAuditEntry,
  type KeyStore,
  type KeyUse,
  type NewKey,
  type Page,
  type PageRequest,
} from '@patchbay/core';
import { IsNull, type DataSource, type EntityManager } from 'typeorm';
import { appendAuditEntries } from '../audit/append-audit-entries.js';
import { databaseTime } from '../clock/database-time.js';
import { raiseRevision } from '../configuration/revision.js';
import { retryConflicts } from '../query/pg-pool.js';
import { ApiKeyEntity } from '../entities/api-key.entity.js';
import { BrandEntity } from '../entities/brand.entity.js';
import { pageById } from '../read/page-by-id.js';
import { keyOf } from './key-of-row.js';

/** Store of API keys in PostgreSQL. A revoked key is deleted; the audit log keeps a record of the key. */
export class PostgresKeyStore implements KeyStore {
  constructor(private readonly dataSource: DataSource) {}

  create(key: NewKey, actor: Actor): Promise<ApiKey> {
    return this.dataSource.transaction(async (manager) => {
      const createdAt = new Date(await databaseTime(manager));
      const row = Object.assign(new ApiKeyEntity(), {
        id: uuidV7(createdAt.getTime()),
        hash: Buffer.from(key.hash),
        hint: key.hint,
        name: key.name,
        role: key.role,
        brandIds: key.brandIds === null ? null : [...key.brandIds],
        reveal: key.reveal,
        createdBy: actor.name,
        createdAt,
        expiresAt: key.expiresAt === null ? null : new Date(key.expiresAt),
        lastUsedAt: null,
      });
      await manager.insert(ApiKeyEntity, row);
      const made = keyOf(row);
      await appendAuditEntries(manager, [
        auditEntryOf('key.create', made, actor, { before: null, after: auditValues(made) }),
      ]);
      await notifySources(manager, made);
      return made;
    });
  }

  async findByHash(hash: Uint8Array): Promise<ApiKey | null> {
    const row = await this.dataSource.manager.findOneBy(ApiKeyEntity, { hash: Buffer.from(hash) });
    return row === null ? null : keyOf(row);
  }

  async find(id: string): Promise<ApiKey | null> {
    const row = await this.dataSource.manager.findOneBy(ApiKeyEntity, { id });
    return row === null ? null : keyOf(row);
  }

  async list(brandIds: readonly string[] | null, page: PageRequest): Promise<Page<ApiKey>> {
    const query = this.dataSource.createQueryBuilder(ApiKeyEntity, 'key');
    if (brandIds !== null) query.andWhere('key.brand_ids <@ CAST(:own AS uuid[])', { own: [...brandIds] });
    const { data, nextCursor } = await pageById(query, { kind: 'keys', brandId: '' }, page);
    return { data: data.map(keyOf), nextCursor };
  }

  revoke(id: string, actor: Actor): Promise<ApiKey | null> {
    return this.dataSource.transaction(async (manager) => {
      const row = await manager.findOne(ApiKeyEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (row === null) return null;
      const revoked = keyOf(row);
      await manager.delete(ApiKeyEntity, { id });
      await appendAuditEntries(manager, [
        auditEntryOf('key.revoke', revoked, actor, { before: auditValues(revoked), after: null }),
      ]);
      await notifySources(manager, revoked);
      return revoked;
    });
  }

  async recordUses(uses: readonly KeyUse[]): Promise<void> {
    await retryConflicts(() =>
      this.dataSource.query(
        `UPDATE api_keys SET last_used_at = to_timestamp(use.at / 1000)
         FROM unnest($1::uuid[], $2::float8[]) AS use (id, at)
         WHERE api_keys.id = use.id
           AND (api_keys.last_used_at IS NULL OR api_keys.last_used_at < to_timestamp(use.at / 1000))`,
        [uses.map(({ keyId }) => keyId), uses.map(({ at }) => at)],
      ),
    );
  }
}

const NOT_DELETED = { select: { id: true }, where: { deletedAt: IsNull() } } as const;

/**
 * Raises the revision of the brands of a key of the role `ingest`. Sources check ingest keys in memory, so every process
 * must reload the configuration of these brands.
 */
async function notifySources(manager: EntityManager, { role, brandIds }: ApiKey): Promise<void> {
  if (role !== 'ingest') return;
  const brands = brandIds ?? (await manager.find(BrandEntity, NOT_DELETED)).map(({ id }) => id);
  await raiseRevision(manager, brands);
}

function auditEntryOf(
  action: string,
  key: ApiKey,
  actor: Actor,
  values: Pick<NewAuditEntry, 'before' | 'after'>,
): NewAuditEntry {
  const [brandId = null, ...others] = key.brandIds ?? [];
  return { action, actor, brandId: others.length === 0 ? brandId : null, target: key.id, ...values };
}

/** Returns the values of a key that the audit log records. */
function auditValues({ name, role, hint, brandIds, reveal, expiresAt }: ApiKey): NonNullable<NewAuditEntry['after']> {
  return {
    ...{ name, role, hint, reveal },
    brandIds: brandIds === null ? null : [...brandIds],
    expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
  };
}
