import { didYouMeanPath, spellingsBy, unknownEventPath, type BrandDefinition } from '@patchbay/core';
import type { BrandChecks } from './brand-checks.js';
import type { ProblemList } from './problem-list.js';

/**
 * Warns about paths of `keep` that no event type of the brand's sources has. Paths match the spellings of the catalogue
 * without regard to case. A brand with a source without a catalogue gets no warning.
 */
export function checkKeep({ privacy, sources }: BrandDefinition, checks: BrandChecks, list: ProblemList): void {
  if (privacy.mode !== 'pii-less' || sources.length === 0) return;
  const catalogues = sources.map(({ adapter }) => {
    const known = checks.adapters.get(adapter);
    const types = known?.catalogue() ?? [];
    return { types, paths: types.flatMap(({ type }) => known?.personalPaths(type) ?? []) };
  });
  if (catalogues.some(({ types }) => types.length === 0)) return;
  const types = catalogues.flatMap((one) => one.types);
  const spellings = spellingsBy(catalogues.flatMap((one) => one.paths));
  privacy.keep.forEach((pattern, index) => {
    const [path = ''] = pattern.split(/\.?\*\*/, 1);
    const unknown = spellings(path).map((spelling) => unknownEventPath(spelling, types));
    const [first] = unknown;
    if (path === '' || first === undefined || first === null || unknown.includes(null)) return;
    list.warn(
      ['privacy', 'keep', index],
      `${path} is not in the event types of the sources, so nothing is kept for it.${didYouMeanPath(first)}`,
    );
  });
}
