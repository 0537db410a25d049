import {
  HUB_ACTOR,
  type Actor,
  type ApplyOptions,
  type AppliedFilesResult,
  type ApplyResult,
  type BrandFile,
  type Confirmation,
  type ConfigurationRecords,
  type ConfigurationStore,
  type DecideEdit,
  type JsonObject,
  type NeedsConfirmation,
  type SubscriptionVersionRecord,
  type FailedAttempt,
  type PauseDetails,
  unconfirmedBrands,
  type Vault,
} from '@patchbay/core';
import type { DeliveryErrorKind } from '@patchbay/plugin-sdk';
import { In, IsNull, type DataSource } from 'typeorm';
import type { PgPool } from '../query/pg-pool.js';
import { databaseTime } from '../clock/database-time.js';
import { BrandEntity } from '../entities/brand.entity.js';
import { ConfigurationEntity } from '../entities/configuration.entity.js';
import { DestinationEntity } from '../entities/destination.entity.js';
import { SubscriptionVersionEntity } from '../entities/subscription-version.entity.js';
import { appendDestinationSwitch, appendFailingDestination } from '../operations/append-destination-switch.js';
import { RESET_BREAKERS } from '../sql/destination-states.js';
import { applyFiles } from './apply-files.js';
import type { ChangeNotices } from './change-notices.js';
import { editBrand } from './edit-brand.js';
import { loadRecords } from './load-records.js';
import { subscriptionVersionRecord } from './records.js';
import { lockBrand, lockConfiguration, lockDestination, publishChange } from './revision.js';
import { rotateCallback } from './rotate-callback-version.js';
import { writeAuditEntries, type AuditedChange } from './audited-change.js';

/** Connections and vault of the configuration store. The caller opens and closes both. */
export interface ConfigurationStoreDependencies {
  readonly dataSource: DataSource;
  readonly pgPool: PgPool;
  readonly vault: Vault;
  readonly notices: ChangeNotices;
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

  load(after?: number): Promise<ConfigurationRecords> {
    return this.connections.dataSource.transaction('REPEATABLE READ', async (manager) => {
      await manager.query('SET TRANSACTION READ ONLY');
      return loadRecords(manager, this.connections.vault, after);
    });
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
      const result = await applyFiles(runner.manager, files, options, this.connections.vault);
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
      return editBrand(manager, brand, decide, { ...confirmation, actor }, this.connections.vault);
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

  async pauseDestination(
    destinationId: string,
    reason: string,
    actor: Actor,
    { failedAttempt, until }: PauseDetails = {},
  ): Promise<boolean> {
    const { manager } = this.connections.dataSource;
    // Every delivery in flight may request the same pause. If the destination is already paused, return without taking
    // the lock.
    const known = await manager.findOneBy(DestinationEntity, { id: destinationId, deletedAt: IsNull() });
    const by = isHub(actor) ? 'hub' : 'person';
    if (known === null) return false;
    if (known.pausedBy === by && known.pausedReason === reason && endsAt(known, until)) return true;
    if (by === 'hub' && known.pausedBy === 'person') return true;
    if (changedSince(known, failedAttempt)) return known.paused;
    const errorKind = failedAttempt?.errorKind ?? null;
    const paused = await this.changeDestination(destinationId, { verb: 'pause', actor, errorKind }, (row, now) => {
      // The destination's row may have changed since it was read without the lock.
      if (by === 'hub' && row.pausedBy === 'person') return false;
      if (changedSince(row, failedAttempt)) return false;
      // The hub's reason may change with every delivery, so a new reason is stored without a new revision.
      const changed = row.pausedBy !== by || (by === 'person' && (row.pausedReason !== reason || !endsAt(row, until)));
      if (row.pausedBy !== by) row.pausedAt = now;
      row.paused = true;
      row.pausedReason = reason;
      row.pausedBy = by;
      row.pausedUntil = until === undefined ? null : new Date(until);
      row.pausedByName = by === 'hub' ? null : actor.name;
      return changed;
    });
    return paused?.paused ?? false;
  }

  async alertFailing(destinationId: string, reason: string, failedAttempt: FailedAttempt): Promise<void> {
    const { manager } = this.connections.dataSource;
    const known = await manager.findOneBy(DestinationEntity, { id: destinationId, deletedAt: IsNull() });
    if (known === null || known.paused || changedSince(known, failedAttempt)) return;
    await appendFailingDestination(manager, known, { reason, errorKind: failedAttempt.errorKind });
  }

  async resumeDestination(destinationId: string, actor: Actor): Promise<void> {
    // Reset the circuit breaker, because a person who resumes a destination expects the destination to work.
    await this.connections.dataSource.query(RESET_BREAKERS, [[destinationId]]);
    await this.changeDestination(destinationId, { verb: 'resume', actor, errorKind: null }, endPause);
  }

  async endDuePauses(): Promise<readonly string[]> {
    const due = await this.connections.pgPool.query<{ id: string }>({
      name: 'due-pauses',
      text: 'SELECT id FROM destinations WHERE paused_until <= clock_timestamp() AND paused AND deleted_at IS NULL',
      values: [],
    });
    const ended: string[] = [];
    for (const { id } of due) {
      await this.changeDestination(id, { verb: 'resume', actor: HUB_ACTOR, errorKind: null }, (row, now) => {
        // Another process may have ended the pause, or a person may have changed its end.
        if (!row.paused || row.pausedUntil === null || row.pausedUntil > now) return false;
        ended.push(id);
        return endPause(row);
      });
    }
    return ended;
  }

  rotateCallback(destinationId: string, actor: Actor): Promise<void> {
    return rotateCallback(this.connections.dataSource, destinationId, actor);
  }

  onChange(listener: (revision: number) => void): Promise<() => Promise<void>> {
    return this.connections.notices.subscribe(() => {
      this.revision().then(listener, () => undefined);
    });
  }

  /**
   * Changes a destination under the lock of its brand. Writes an audit entry, and publishes a revision if the pause
   * changed.
   * @param change changes the row and returns true if a new revision is needed; `now` is the database's time
   * @returns the changed row; null if the destination does not exist
   */
  private async changeDestination(
    destinationId: string,
    by: { readonly verb: 'pause' | 'resume'; readonly actor: Actor; readonly errorKind: DeliveryErrorKind | null },
    change: (row: DestinationEntity, now: Date) => boolean,
  ): Promise<DestinationEntity | null> {
    return this.connections.dataSource.transaction(async (manager) => {
      const row = await lockDestination(manager, destinationId);
      if (row === null) return null;
      const before = pauseOf(row);
      const changed = change(row, new Date(await databaseTime(manager)));
      const name = `${row.brand.name}/${row.name}`;
      const auditedChange: AuditedChange = {
        change: { action: 'update', kind: 'destination', name, fields: ['paused'] },
        verb: by.verb,
        before,
        after: pauseOf(row),
      };
      if (changed) row.version += 1;
      const saved = await manager.save(row);
      if (changed) {
        await appendDestinationSwitch(manager, saved, {
          by: isHub(by.actor) ? 'hub' : 'person',
          errorKind: by.errorKind,
        });
        await publishChange(manager, row.brandId, by.actor, auditedChange);
      } else if (JSON.stringify(auditedChange.before) !== JSON.stringify(auditedChange.after)) {
        await writeAuditEntries(manager, by.actor, [auditedChange]);
      }
      return saved;
    });
  }
}

/** Ends the pause of a destination. Returns true if the destination was paused. */
function endPause(row: DestinationEntity): boolean {
  const changed = row.paused;
  row.paused = false;
  row.pausedReason = null;
  row.pausedBy = null;
  row.pausedAt = null;
  row.pausedUntil = null;
  row.pausedByName = null;
  return changed;
}

/** Returns true if a pause has the given end, in milliseconds since the epoch; undefined stands for no end. */
function endsAt({ pausedUntil }: Pick<DestinationEntity, 'pausedUntil'>, until: number | undefined): boolean {
  return pausedUntil?.getTime() === until;
}

function pauseOf({ paused, pausedReason, pausedBy, pausedUntil }: DestinationEntity): JsonObject {
  return { paused, pausedReason, pausedBy, ...(pausedUntil !== null && { pausedUntil: pausedUntil.toISOString() }) };
}

/** Returns true if the destination changed after the failed attempt. The change may have fixed the destination. */
function changedSince(
  { version }: Pick<DestinationEntity, 'version'>,
  failedAttempt: FailedAttempt | undefined,
): boolean {
  return failedAttempt !== undefined && version > failedAttempt.version;
}

function isHub({ name, keyId }: Actor): boolean {
  return name === HUB_ACTOR.name && keyId === null;
}
