import type { PersonalPaths } from './source-adapter.port.js';

/** Maximum number of spellings of one path. */
const MAX_SPELLINGS = 32;

/**
 * Returns a function that returns a path in every spelling of the catalogue. Platforms spell some names in more than one
 * way, such as `instore` and `Instore`. A path of `keep` applies to all of them.
 */
export function spellingsBy(paths: readonly PersonalPaths[]): (path: string) => readonly string[] {
  const spellings = new Map<string, Set<string>>();
  for (const { personal, safe, hashed = [], platformIds = [] } of paths) {
    for (const path of [...personal, ...safe.map((one) => one.path), ...hashed, ...platformIds]) {
      for (const name of path.split('.')) {
        const key = name.toLowerCase();
        spellings.set(key, (spellings.get(key) ?? new Set()).add(name));
      }
    }
  }
  return (path) => {
    let found: readonly string[] = [''];
    for (const name of path.split('.')) {
      const names = [...new Set([name, ...(spellings.get(name.toLowerCase()) ?? [])])];
      found = found.flatMap((start) => names.map((one) => (start === '' ? one : `${start}.${one}`)));
      found = found.slice(0, MAX_SPELLINGS);
    }
    return found;
  };
}
