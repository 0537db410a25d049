import {
  type Actor,
  type ApplyOptions,
  type AppliedFilesResult,
  type ApplyResult,
  type BrandFile,
  type Confirmation,
  type ConfigurationNotice,
  type ConfigurationRecords,
  type ConfigurationStore,
  type DecideEdit,
  type DirectoryChanges,
  type NeedsConfirmation,
  type SettingsVersions,
  type SubscriptionVersionRecord,
  unconfirmedBrands,
  type Vault,
} from '@patchbay/core';
import { In, IsNull, Not, type DataSource, type EntityManager } from 'typeorm';
import type { PgPool } from '../query/pg-pool.js';
import { BrandEntity } from '../entities/brand.entity.js';
import { ConfigurationEntity } from '../entities/configuration.entity.js';
import { SubscriptionVersionEntity } from '../entities/subscription-version.entity.js';
import { applyFiles } from './apply-files.js';
import type { ChangeNotices } from './change-notices.js';
import { editBrand } from './edit-brand.js';
import { loadRecords } from './load-records.js';
import { BRANDS_OF_QUEUES, readDirectory, type QueueRow } from './read-directory.js';
import { subscriptionVersionRecord } from './records.js';
import { lockBrand, lockConfiguration } from './revision.js';
import { rotateCallback } from './rotate-callback-version.js';

/** Connections and vault of the configuration store. The caller opens and closes both. */
export interface ConfigurationStoreDependencies {
  readonly dataSource: DataSource;
  readonly pgPool: PgPool;
  readonly vault: Vault;
  readonly notices: ChangeNotices;
  readonly settingsVersions: SettingsVersions;
}

/** Configuration store in PostgreSQL. */
export class PostgresConfigurationStore implements ConfigurationStore {
  constructor(private readonly connections: ConfigurationStoreDependencies) {}

  async revision(): Promise<number> {
    const rows = await this.connections.pgPool.query<{ revision: string }>({
      name: 'revision',
      text: 'SELECT revision FROM configuration WHERE id = 1',
      values: [],
    });
    return Number(rows[0]?.revision ?? 0);
  }

  directory(after?: number): Promise<DirectoryChanges> {
    return this.snapshot((manager) => readDirectory(manager, after));
  }

  load(brandIds?: readonly string[]): Promise<ConfigurationRecords> {
    return this.snapshot((manager) => loadRecords(manager, this.connections, brandIds));
  }

  async brandFiles(): Promise<readonly string[]> {
    const managed = { file: Not(IsNull()), deletedAt: IsNull() };
    const brands = await this.connections.dataSource.manager.find(BrandEntity, {
      select: { file: true },
      where: managed,
    });
    return brands.flatMap(({ file }) => file ?? []);
  }

  async brandsOfQueues(queueIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await this.connections.dataSource.query<readonly QueueRow[]>(BRANDS_OF_QUEUES, [queueIds]);
    return new Map(rows.map(({ id, brandId }) => [id, brandId]));
  }

  async appliedHash(): Promise<string | null> {
    const row = await this.connections.dataSource.manager.findOneByOrFail(ConfigurationEntity, { id: 1 });
    return row.appliedHash;
  }

  async apply(files: readonly BrandFile[], options: ApplyOptions): Promise<AppliedFilesResult> {
    const runner = this.connections.dataSource.createQueryRunner();
    try {
      await runner.startTransaction();
      await lockConfiguration(runner.manager);
      const result = await applyFiles(runner.manager, files, options, this.connections);
      if (options.dryRun) await runner.rollbackTransaction();
      else await runner.commitTransaction();
      return result;
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }

  edit(brand: string, decide: DecideEdit, actor: Actor, confirmation: Confirmation = {}): Promise<ApplyResult> {
    return this.connections.dataSource.transaction(async (manager) => {
      await lockBrand(manager, brand);
      return editBrand(manager, brand, decide, { ...confirmation, actor }, this.connections);
    });
  }

  async markUnconfirmed(needs: NeedsConfirmation): Promise<void> {
    await this.connections.dataSource.transaction(async (manager) => {
      await lockConfiguration(manager);
      const named = { name: In([...unconfirmedBrands(needs)]), deletedAt: IsNull() };
      await manager.update(BrandEntity, named, { unconfirmed: true });
      // Clear the hash, so that the next boot applies the files again even if they did not change.
      await manager.update(ConfigurationEntity, { id: 1 }, { appliedHash: null });
    });
  }

  async unconfirmedBrands(): Promise<readonly string[]> {
    const brands = await this.connections.dataSource.manager.find(BrandEntity, {
      select: { name: true },
      where: { unconfirmed: true, deletedAt: IsNull() },
      order: { name: 'ASC' },
    });
    return brands.map(({ name }) => name);
  }

  async subscriptionsAt(brandId: string, revision: number): Promise<readonly SubscriptionVersionRecord[]> {
    const versions = await this.connections.dataSource
      .createQueryBuilder(SubscriptionVersionEntity, 'version')
      .innerJoinAndSelect('version.subscription', 'subscription')
      .where('subscription.brand_id = :brandId', { brandId })
      .andWhere('version.from_revision <= :revision', { revision })
      .andWhere('(version.to_revision IS NULL OR version.to_revision > :revision)', { revision })
      .orderBy('subscription.name')
      .getMany();
    return versions.map((version) => subscriptionVersionRecord(version, version.subscription));
  }

  async subscriptionVersions(ids: readonly string[]): Promise<readonly SubscriptionVersionRecord[]> {
    const versions = await this.connections.dataSource.getRepository(SubscriptionVersionEntity).find({
      where: { id: In([...ids]) },
      relations: { subscription: true },
    });
    return versions.map((version) => subscriptionVersionRecord(version, version.subscription));
  }

  rotateCallback(destinationId: string, actor: Actor): Promise<void> {
    return rotateCallback(this.connections.dataSource, destinationId, actor);
  }

  onChange(listener: (notice: ConfigurationNotice | null) => void): Promise<() => Promise<void>> {
    return this.connections.notices.subscribe(listener);
  }

  /** Reads in one transaction that sees one state of the database. */
  private snapshot<T>(read: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.connections.dataSource.transaction('REPEATABLE READ', async (manager) => {
      await manager.query('SET TRANSACTION READ ONLY');
      return read(manager);
    });
  }
}
