import { compilePaths, spellingsBy, type PersonalPaths, type PrivacyPolicy } from '@patchbay/core';

/**
 * Use of the value at a path: `value` needs the value itself; for `comparison` a keyed hash is enough. The hub keeps a
 * keyed hash of every value that a `reference` of `cancelOn` names.
 */
export type PathUse = 'value' | 'comparison' | 'reference';

/**
 * Returns the first path in `reads` that a `pii-less` brand removes from events. Undefined if the brand removes none of
 * the paths. The brand can remove only paths below `data`. The brand keeps a path that is declared safe for at least
 * one of the event types, or listed in the brand's `keep`. The brand also keeps every parent and child of a safe or
 * listed path. The brand always removes the paths that its `personal` lists, and everything below these paths.
 * @param reads dotted paths, with `*` for list indexes and names that are not known yet: `data.coupons.*.code`
 * @param paths personal paths of every event type that the subscription may receive
 * @param use purpose for which the values at the paths are read; default: `value`
 */
export function readsRemovedPath(
  reads: readonly string[],
  policy: PrivacyPolicy,
  paths: readonly PersonalPaths[],
  use: PathUse = 'value',
): string | undefined {
  if (policy.mode !== 'pii-less') return undefined;
  const safe = paths.flatMap((one) => one.safe.map(({ path }) => path));
  const hashed = use !== 'value' ? paths.flatMap((one) => one.hashed ?? []) : [];
  const kept = [...new Set([...policy.keep.flatMap(spellingsBy(paths)), ...safe, ...hashed])].map((pattern) =>
    pattern.split('.'),
  );
  const personal = compilePaths(policy.personal);
  return reads.find((path) => {
    const segments = path.split('.');
    if (segments[0] !== 'data') return false;
    let state = personal.start;
    for (const segment of segments) {
      state = state.step(segment);
      if (state.accepts) return true;
    }
    return use !== 'reference' && !kept.some((pattern) => overlaps(pattern, segments));
  });
}

/**
 * Returns true if the two paths can be equal, or if one path can contain the other path. `*` matches one name, and `**`
 * matches any number of names.
 */
function overlaps(pattern: readonly string[], path: readonly string[]): boolean {
  for (let index = 0; index < Math.min(pattern.length, path.length); index++) {
    const [a, b] = [pattern[index], path[index]];
    if (a === '**' || b === '**') return true;
    if (a !== b && a !== '*' && b !== '*') return false;
  }
  return true;
}
