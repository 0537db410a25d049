import {
  BOOT_ACTOR,
  ConfigurationError,
  HUB_ACTOR,
  type ApplyOptions,
  type AppliedFilesResult,
  type BrandFile,
} from '@patchbay/core';
import { IsNull, type EntityManager } from 'typeorm';
import { BrandEntity } from '../entities/brand.entity.js';
import { ConfigurationEntity } from '../entities/configuration.entity.js';
import { requireConfirmation } from './affected-deliveries.js';
import { applyBrand, applyVanishedBrand } from './apply-brand.js';
import { ApplyContext } from './apply-context.js';
import { loadBrandRows } from './brand-rows.js';
import { writeAuditEntries } from './audited-change.js';
import type { RecordDependencies } from './load-records.js';
import { readRevision } from './revision.js';
import { RESET_BREAKERS } from '../sql/destination-states.js';

/**
 * Applies files in the manager's transaction, under the configuration lock. A dry run does the same work, but the
 * caller then rolls the transaction back. Throws a ConfigurationError for conflicts, and an UnconfirmedChangeError if a
 * confirmation is missing.
 */
export async function applyFiles(
  manager: EntityManager,
  files: readonly BrandFile[],
  options: ApplyOptions,
  { vault, settingsVersions }: RecordDependencies,
): Promise<AppliedFilesResult> {
  const context = new ApplyContext(manager, settingsVersions, options.prune, options.actor ?? HUB_ACTOR);
  const wanted = firstOfEachBrand(context, files).filter(
    ({ definition }) => options.untouched?.has(definition.brand) !== true,
  );
  const brands = await brandsNamed(context, wanted);
  const vanished = options.complete ? await vanishedBrands(context, files, options) : [];
  const rowsOf = await loadBrandRows(
    manager,
    [...brands.values(), ...vanished].map(({ id }) => id),
  );
  for (const file of wanted) await applyBrand(context, file, brands.get(file.definition.brand) ?? null, rowsOf, vault);
  for (const brand of vanished) await applyVanishedBrand(context, brand, rowsOf(brand.id), vault);
  if (context.problems.length > 0) throw new ConfigurationError(context.problems);
  await context.newRows.insert(manager);
  // A destination that its file has again starts as healthy. This locks a counter that pauses need, so it comes late.
  await manager.query(RESET_BREAKERS, [context.disabledDestinations]);

  const { changes, auditedChanges } = context;
  if (auditedChanges.length > 0 || options.hash !== undefined) {
    await manager.update(ConfigurationEntity, { id: 1 }, { appliedHash: options.hash ?? null });
  }
  const inForce = await readRevision(manager);
  const brandIds = await writeAuditEntries(manager, context.actor, auditedChanges);
  const needs = await requireConfirmation(context, options);
  const published = auditedChanges.length > 0 ? await context.publish(brandIds) : inForce;
  return { revision: options.dryRun ? inForce : published, changes, fieldChanges: context.fieldChanges, ...needs };
}

/** Returns the first file of each brand, and reports the other files of that brand as problems. */
function firstOfEachBrand({ problems }: ApplyContext, files: readonly BrandFile[]): readonly BrandFile[] {
  const first = new Map<string, BrandFile>();
  for (const brandFile of files) {
    const { file, definition } = brandFile;
    const earlier = first.get(definition.brand);
    if (earlier === undefined) first.set(definition.brand, brandFile);
    else
      problems.push({
        file,
        field: 'brand',
        message: `Brand ${definition.brand} is already defined in ${earlier.file}. Remove one of the two files.`,
      });
  }
  return [...first.values()];
}

async function brandsNamed(
  { manager }: ApplyContext,
  files: readonly BrandFile[],
): Promise<ReadonlyMap<string, BrandEntity>> {
  const brands = await manager
    .createQueryBuilder(BrandEntity, 'brand')
    .where('brand.name = ANY(:names)', { names: files.map(({ definition }) => definition.brand) })
    .andWhere('brand.deleted_at IS NULL')
    .getMany();
  return new Map(brands.map((brand) => [brand.name, brand]));
}

async function vanishedBrands(
  { manager, actor }: ApplyContext,
  files: readonly BrandFile[],
  { untouched }: Pick<ApplyOptions, 'untouched'>,
): Promise<readonly BrandEntity[]> {
  const named = new Set(files.map(({ definition }) => definition.brand));
  // A boot must not disable brands that were applied from elsewhere, because it reads only its own folder.
  const own = actor === BOOT_ACTOR ? { appliedBy: BOOT_ACTOR.name } : {};
  const brands = await manager.findBy(BrandEntity, { managedBy: 'file', deletedAt: IsNull(), ...own });
  return brands.filter(({ name }) => !named.has(name) && untouched?.has(name) !== true);
}
