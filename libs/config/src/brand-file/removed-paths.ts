import { compilePaths, type PersonalPaths, type PrivacyPolicy } from '@patchbay/core';

/** What a path is read for: to be shown or judged, or only to be compared, for which a keyed hash will do. */
export type PathUse = 'value' | 'comparison';

/**
 * The first path that a filter or a mapping reads and that a `pii-less` brand removes; undefined where there is none.
 * Only paths below `data` can be removed. A path counts as removed where nothing of it is kept for any of the event
 * types: neither the path itself nor anything above or below it is safe or in the brand's `keep`, or the brand calls all
 * of it personal.
 * @param reads dotted paths, `*` for list indexes and what is known only later: `data.coupons.*.code`
 * @param paths of every event type that the subscription may get
 * @param use left out: the value itself
 */
export function readsRemovedPath(
  reads: readonly string[],
  policy: PrivacyPolicy,
  paths: readonly PersonalPaths[],
  use: PathUse = 'value',
): string | undefined {
  if (policy.mode !== 'pii-less') return undefined;
  const safe = paths.flatMap((one) => one.safe.map(({ path }) => path));
  const hashed = use === 'comparison' ? paths.flatMap((one) => one.hashed ?? []) : [];
  const kept = [...new Set([...policy.keep, ...safe, ...hashed])].map((pattern) => pattern.split('.'));
  const personal = compilePaths(policy.personal);
  return reads.find((path) => {
    const segments = path.split('.');
    if (segments[0] !== 'data') return false;
    let state = personal.start;
    for (const segment of segments) {
      state = state.step(segment);
      if (state.accepts) return true;
    }
    return !kept.some((pattern) => overlaps(pattern, segments));
  });
}

/** Whether one of the two can be at, above or below the other: `*` stands for any one name, `**` for any number of them. */
function overlaps(pattern: readonly string[], path: readonly string[]): boolean {
  for (let index = 0; index < Math.min(pattern.length, path.length); index++) {
    const [a, b] = [pattern[index], path[index]];
    if (a === '**' || b === '**') return true;
    if (a !== b && a !== '*' && b !== '*') return false;
  }
  return true;
}
