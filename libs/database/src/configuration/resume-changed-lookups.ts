import { lookupDiffers, personIdOf, type BrandLookups } from '@patchbay/core';
import { IsNull } from 'typeorm';
import { LookupPauseEntity } from '../entities/lookup-pause.entity.js';
import { resumeLookup } from '../lookups/postgres-lookup-pause.store.js';
import type { ApplyContext } from './apply-context.js';

/**
 * Resumes the paused lookups of a brand whose settings or credentials this apply changes or removes, because the change
 * may have fixed them.
 */
export async function resumeChangedLookups(
  { manager, actor }: ApplyContext,
  { brandId, revision }: { readonly brandId: string; readonly revision: number },
  before: BrandLookups,
  after: BrandLookups,
): Promise<void> {
  const paused = await manager.findBy(LookupPauseEntity, { brandId, resumedAt: IsNull() });
  for (const { lookup } of paused) {
    if (!lookupDiffers(lookup, before, after)) continue;
    const by = actor.keyId === null && personIdOf(actor) === null ? 'hub' : 'person';
    await resumeLookup(manager, { brandId, lookup, revision, by });
  }
}
