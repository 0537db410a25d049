/** Endings of names that programs give to files that they are still writing. */
const UNFINISHED = /\.(tmp|part|filepart|crdownload)$/i;
/** Maximum number of files of a place that are looked at. */
export const MAX_FILES = 10_000;

/** Returns true for a file name that a place imports. @param match pattern with `*` for any characters; all if left out */
export function isWanted(name: string, match = '*'): boolean {
  if (name.startsWith('.') || UNFINISHED.test(name)) return false;
  const pattern = match.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pattern.join('[^/]*')}$`, 'u').test(name);
}
