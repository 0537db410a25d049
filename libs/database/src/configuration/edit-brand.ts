import {
  ConfigurationError,
  type Actor,
  type ApplyResult,
  type BrandEdit,
  type BrandPart,
  type BrandVault,
  type Confirmation,
  type DecideEdit,
  type Vault,
} from '@patchbay/core';
import { IsNull, type EntityManager } from 'typeorm';
import { BrandEntity } from '../entities/brand.entity.js';
import { DestinationEntity } from '../entities/destination.entity.js';
import type { ManagedColumns } from '../entities/managed.columns.js';
import { SourceEntity } from '../entities/source.entity.js';
import { SubscriptionEntity } from '../entities/subscription.entity.js';
import { requireConfirmation } from './affected-deliveries.js';
import { deleteBrand, putBrand } from './apply-brand.js';
import { ApplyContext } from './apply-context.js';
import { destinationReconciliation } from './apply-destinations.js';
import { sourceReconciliation } from './apply-sources.js';
import { resolveSubscriptions, subscriptionReconciliation, type ResolvedSubscription } from './apply-subscriptions.js';
import type { BrandTarget } from './brand-target.js';
import { loadNewestVersions } from './brand-rows.js';
import { editableBrand, type RecordDependencies } from './load-records.js';
import { put, remove, type Reconciliation } from './reconcile.js';
import { writeAuditEntries } from './audited-change.js';
import { readRevision } from './revision.js';

/**
 * Applies one edit of API-managed objects, in the manager's transaction, under the lock of the brand. Rejects with the
 * error that `decide` throws, or with an UnconfirmedChangeError.
 */
export async function editBrand(
  manager: EntityManager,
  name: string,
  decide: DecideEdit,
  { actor, ...confirmation }: Confirmation & { readonly actor: Actor },
  dependencies: RecordDependencies,
): Promise<ApplyResult> {
  const { vault, settingsVersions } = dependencies;
  const context = new ApplyContext(manager, settingsVersions, true, actor);
  const brand = await manager.findOneBy(BrandEntity, { name, deletedAt: IsNull() });
  const edit = await decide(brand === null ? null : await editableBrand(manager, brand, dependencies));
  if (edit !== null) await carryOut(context, brand, edit, vault);
  if (context.problems.length > 0) throw new ConfigurationError(context.problems);
  await context.newRows.insert(manager);

  const { auditedChanges, changes } = context;
  const brandIds = await writeAuditEntries(manager, actor, auditedChanges);
  const needs = await requireConfirmation(context, { ...confirmation, dryRun: false });
  if (auditedChanges.length === 0) return { revision: await readRevision(manager), changes, ...needs };
  const revision = await context.publish(brandIds);
  return { revision, changes: auditedChanges.map(({ change }) => change), ...needs };
}

async function carryOut(
  context: ApplyContext,
  brand: BrandEntity | null,
  edit: BrandEdit,
  vault: Vault,
): Promise<void> {
  if (edit.kind === 'brand') {
    await putBrand(context, managed(brand), edit.settings, null, vault);
    return;
  }
  if (brand === null)
    throw new Error('The edit was not applied, because its brand does not exist. Create the brand first.');
  const objects = new EditedObjects(context, { brand, file: null }, vault.openBrandKey(brand.id, brand.wrappedKey));
  if (edit.kind === 'deletion') await objects.delete(edit.part);
  else await objects.put(edit);
}

/** API-managed objects of one brand, as one edit changes them. */
class EditedObjects {
  private readonly whereBrand: { readonly brandId: string; readonly deletedAt: ReturnType<typeof IsNull> };

  constructor(
    private readonly context: ApplyContext,
    private readonly target: BrandTarget,
    private readonly vault: BrandVault,
  ) {
    this.whereBrand = { brandId: target.brand.id, deletedAt: IsNull() };
  }

  async put(edit: Exclude<BrandEdit, { kind: 'brand' | 'deletion' }>): Promise<void> {
    if (edit.kind === 'source') await putInto(await this.sources(), edit.spec);
    else if (edit.kind === 'destination') await putInto(await this.destinations(), edit.spec);
    else {
      const work = await this.subscriptions();
      for (const spec of resolveSubscriptions(this.context, this.target, [edit.spec], work)) await putInto(work, spec);
    }
  }

  async delete({ kind, name }: BrandPart): Promise<void> {
    if (kind === 'brand') await deleteBrand(this.context, managed(this.target.brand));
    else if (kind === 'source') await removeFrom(await this.sources(), name);
    else if (kind === 'destination') await removeFrom(await this.destinations(), name);
    else await removeFrom(await this.subscriptions(), name);
  }

  private async sources() {
    const rows = await this.context.manager.findBy(SourceEntity, this.whereBrand);
    return sourceReconciliation(this.context, this.target, this.vault, [], rows);
  }

  private async destinations() {
    const rows = await this.context.manager.findBy(DestinationEntity, this.whereBrand);
    return destinationReconciliation(this.context, this.target, this.vault, [], rows);
  }

  /**
   * Returns the reconciliation of the subscriptions, and the objects that subscriptions may reference. Objects that
   * were removed from their file are included, so that subscriptions that use removed objects can still be edited.
   */
  private async subscriptions() {
    const { manager } = this.context;
    const rows = await manager.findBy(SubscriptionEntity, this.whereBrand);
    const references = {
      sources: byName(await manager.findBy(SourceEntity, this.whereBrand)),
      destinations: byName(await manager.findBy(DestinationEntity, this.whereBrand)),
      newestVersions: await loadNewestVersions(manager, rows),
    };
    const none: readonly ResolvedSubscription[] = [];
    return {
      ...references,
      ...subscriptionReconciliation(this.context, this.target, none, rows, references),
    };
  }
}

async function putInto<Spec extends { readonly name: string }, Row extends ManagedColumns>(
  work: Reconciliation<Spec, Row>,
  spec: Spec,
): Promise<void> {
  const row = work.rows.find(({ name }) => name === spec.name);
  await put(work, row === undefined ? undefined : managed(row), spec);
}

async function removeFrom<Spec extends { readonly name: string }, Row extends ManagedColumns>(
  work: Reconciliation<Spec, Row>,
  name: string,
): Promise<void> {
  const row = work.rows.find((known) => known.name === name);
  if (row !== undefined) await remove(work, managed(row));
}

function byName<Row extends ManagedColumns>(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [row.name, row]));
}

/** Refuses to change objects that a file or the hub manages. Callers check this earlier, with more precise messages. */
function managed<Row extends ManagedColumns | null>(row: Row): Row {
  if (row === null || row.managedBy === 'api') return row;
  if (row.managedBy === 'hub') {
    throw new ConfigurationError([
      { field: '', message: `${row.name} cannot be changed, because the hub creates it. Create another object.` },
    ]);
  }
  throw new ConfigurationError([
    {
      field: '',
      message: `${row.name} is managed by ${row.file ?? 'a file'}. Change it in that file and apply the file.`,
    },
  ]);
}
