import {
  BOOT_ACTOR,
  ConfigurationError,
  HUB_ACTOR,
  type ApplyOptions,
  type ApplyResult,
  type BrandFile,
  type Vault,
} from '@patchbay/core';
import { IsNull, type EntityManager } from 'typeorm';
import { BrandEntity } from '../entities/brand.entity.js';
import { ConfigurationEntity } from '../entities/configuration.entity.js';
import { applyBrand, applyVanishedBrand } from './apply-brand.js';
import { ApplyContext } from './apply-context.js';
import { raiseRevision, readRevision } from './revision.js';

/**
 * Applies files in the manager's transaction, under the lock of the configuration. A dry run does the same and is
 * rolled back by the caller: so it tells what would happen and nothing else.
 * Throws a ConfigurationError for what collides.
 */
export async function applyFiles(
  manager: EntityManager,
  files: readonly BrandFile[],
  options: ApplyOptions,
  vault: Vault,
): Promise<ApplyResult> {
  const revision = await readRevision(manager);
  const context = new ApplyContext(manager, revision + 1, options.prune, options.actor ?? HUB_ACTOR);
  refuseRepeatedBrands(context, files);
  for (const file of files) await applyBrand(context, file, vault);
  if (options.complete) await applyVanishedBrands(context, files, vault);
  if (context.problems.length > 0) throw new ConfigurationError(context.problems);

  const { changes, told } = context;
  if (told.length > 0) await raiseRevision(manager, context.nextRevision, context.actor, told);
  if (told.length > 0 || options.hash !== undefined) {
    await manager.update(ConfigurationEntity, { id: 1 }, { appliedHash: options.hash ?? null });
  }
  return { revision: told.length > 0 && !options.dryRun ? context.nextRevision : revision, changes };
}

function refuseRepeatedBrands({ problems }: ApplyContext, files: readonly BrandFile[]): void {
  const first = new Map<string, string>();
  for (const { file, definition } of files) {
    const earlier = first.get(definition.brand);
    if (earlier === undefined) first.set(definition.brand, file);
    else problems.push({ file, field: 'brand', message: `Brand ${definition.brand} is in ${earlier} already.` });
  }
}

async function applyVanishedBrands(context: ApplyContext, files: readonly BrandFile[], vault: Vault): Promise<void> {
  const named = new Set(files.map(({ definition }) => definition.brand));
  // A boot knows its own folder only: what somebody applied from elsewhere has not vanished from it.
  const own = context.actor === BOOT_ACTOR ? { appliedBy: BOOT_ACTOR.name } : {};
  const brands = await context.manager.findBy(BrandEntity, { managedBy: 'file', deletedAt: IsNull(), ...own });
  for (const brand of brands) if (!named.has(brand.name)) await applyVanishedBrand(context, brand, vault);
}
