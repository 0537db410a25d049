import { randomBytes } from 'node:crypto';
import {
  HUB_ACTOR,
  type Actor,
  type BrandVault,
  type ConfirmedWebhook,
  type PreparedSecret,
  type RegisteredSource,
  type Registration,
  type RegistrationCheck,
  type RegistrationStore,
  type Vault,
} from '@patchbay/core';
import { IsNull, type DataSource, type EntityManager } from 'typeorm';
import type { AuditedChange } from '../configuration/audited-change.js';
import { lockBrand, publishChange } from '../configuration/revision.js';
import { BrandEntity } from '../entities/brand.entity.js';
import { TaskLease } from '../locks/task-lease.js';
import {
  APPEND_DRIFT,
  CONFIRM_REGISTRATION,
  DELETE_REGISTRATION,
  DROP_PREVIOUS_SECRET,
  FIND_REGISTRATION,
  RECORD_CHECK,
  REGISTERED_BRANDS,
  STORE_SECRETS,
} from '../sql/capillary-registrations.js';
import { openSecrets, sealSecrets } from './generated-secrets.js';

/** Length of a generated secret before encoding, in bytes. */
const SECRET_BYTES = 32;

interface RegistrationRow extends Omit<Registration, 'secretAt' | 'checkedAt'> {
  readonly secretAt: Date;
  readonly checkedAt: Date | null;
  readonly secretVersion: string;
  readonly sealedSecrets: Buffer;
  /** Null if there is no previous secret, or if Capillary may still send it. */
  readonly isOverlapOver: boolean | null;
}

interface StoredSecretRow {
  readonly secretVersion: string;
}

interface CheckRow {
  readonly webhookId: string;
  readonly isNew: boolean;
}

/** Registrations at Capillary in PostgreSQL. Secrets are sealed with the key of their brand. */
export class PostgresRegistrationStore implements RegistrationStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly vault: Vault,
  ) {}

  async find(sourceId: string): Promise<Registration | null> {
    const row = await rowOf(this.dataSource.manager, sourceId);
    if (row === undefined) return null;
    const {
      sealedSecrets: _sealed,
      isOverlapOver: _isOver,
      secretVersion: _version,
      secretAt,
      checkedAt,
      ...fields
    } = row;
    return { ...fields, secretAt: secretAt.getTime(), checkedAt: checkedAt?.getTime() ?? null };
  }

  async runAlone(work: (renew: () => Promise<void>) => Promise<void>): Promise<void> {
    const lease = await TaskLease.acquire(this.dataSource, 'capillary registrations');
    if (lease === null) return;
    try {
      await work(async () => {
        await lease.query('SELECT 1');
      });
    } finally {
      await lease.release();
    }
  }

  async registeredBrands(): Promise<readonly string[]> {
    const rows = await this.dataSource.query<readonly { readonly id: string }[]>(REGISTERED_BRANDS);
    return rows.map(({ id }) => id);
  }

  prepareSecret(
    source: RegisteredSource,
    actor: Actor,
    { rotate }: { readonly rotate: boolean },
  ): Promise<PreparedSecret> {
    return this.locked(source, async (manager, vault) => {
      const { sourceId, brandId } = source;
      const row = await rowOf(manager, sourceId);
      const current =
        row === undefined
          ? undefined
          : { value: openSecrets(vault, sourceId, row.sealedSecrets)[0], version: row.secretVersion };
      // A secret that Capillary did not confirm is not replaced, because only one previous secret is accepted.
      const isConfirmed = row?.isRotating === false && row.written !== null;
      if (current !== undefined && !(rotate && isConfirmed)) return current;
      const secret = randomBytes(SECRET_BYTES).toString('base64url');
      const sealed = sealSecrets(vault, sourceId, current === undefined ? [secret] : [secret, current.value]);
      const values = [sourceId, brandId, sealed, current !== undefined];
      const [stored] = await manager.query<readonly [StoredSecretRow]>(STORE_SECRETS, values);
      await publishChange(manager, brandId, actor, secretChange(source, 'rotateSecret'));
      return { value: secret, version: stored.secretVersion };
    });
  }

  async confirm({ sourceId }: RegisteredSource, webhook: ConfirmedWebhook, overlapMs: number): Promise<void> {
    const { webhookId, consumerGroupId, written, secretVersion } = webhook;
    const values = [sourceId, webhookId, consumerGroupId, JSON.stringify(written), overlapMs, secretVersion];
    await this.dataSource.query(CONFIRM_REGISTRATION, values);
  }

  async dropOldSecret(source: RegisteredSource): Promise<boolean> {
    const { sourceId, brandId } = source;
    if ((await rowOf(this.dataSource.manager, sourceId))?.isOverlapOver !== true) return false;
    return this.locked(source, async (manager, vault) => {
      const row = await rowOf(manager, sourceId);
      if (row?.isOverlapOver !== true) return false;
      const [current] = openSecrets(vault, sourceId, row.sealedSecrets);
      await manager.query(DROP_PREVIOUS_SECRET, [sourceId, sealSecrets(vault, sourceId, [current])]);
      await publishChange(manager, brandId, HUB_ACTOR, secretChange(source, 'dropSecret'));
      return true;
    });
  }

  async recordCheck({ sourceId, brandId, source }: RegisteredSource, check: RegistrationCheck): Promise<void> {
    const { drift, isMissing, since } = check;
    await this.dataSource.transaction(async (manager) => {
      const values = [sourceId, JSON.stringify(drift), isMissing, since === null ? null : new Date(since)];
      const [found] = await manager.query<readonly CheckRow[]>(RECORD_CHECK, values);
      if (found?.isNew !== true) return;
      const changes = drift.map(({ field, before, after }) => ({ field, before, after }));
      const facts = { source, webhookId: found.webhookId, deleted: isMissing, changes };
      await manager.query(APPEND_DRIFT, [brandId, found.webhookId, JSON.stringify(facts)]);
    });
  }

  remove(source: RegisteredSource, actor: Actor): Promise<void> {
    return this.locked(source, async (manager) => {
      await manager.query(DELETE_REGISTRATION, [source.sourceId]);
      await publishChange(manager, source.brandId, actor, secretChange(source, 'unregister'));
    });
  }

  /** Runs work under the lock of the brand, with the vault of the brand. */
  private locked<T>(
    { brandId, brand: name }: RegisteredSource,
    work: (manager: EntityManager, vault: BrandVault) => Promise<T>,
  ): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      await lockBrand(manager, name);
      const { wrappedKey } = await manager.findOneByOrFail(BrandEntity, { id: brandId, deletedAt: IsNull() });
      return work(manager, this.vault.openBrandKey(brandId, wrappedKey));
    });
  }
}

async function rowOf(manager: EntityManager, sourceId: string): Promise<RegistrationRow | undefined> {
  const [row] = await manager.query<readonly RegistrationRow[]>(FIND_REGISTRATION, [sourceId]);
  return row;
}

function secretChange({ brand, source }: RegisteredSource, verb: string): AuditedChange {
  const name = `${brand}/${source}`;
  return { change: { action: 'update', kind: 'source', name, fields: ['auth'] }, verb, before: null, after: null };
}
