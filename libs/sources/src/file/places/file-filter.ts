/** Endings of names that programs give to files that they are still writing. */
const UNFINISHED = /\.(tmp|part|filepart|crdownload)$/i;
/** Longest name of a file that is imported, in characters. S3 and common file systems allow no longer names. */
const MAX_NAME_LENGTH = 1_024;
/** Maximum number of files of a place that are looked at. */
export const MAX_FILES = 10_000;

/** Returns true for a file name that a place imports. @param match pattern with `*` for any characters; all if left out */
export function isWanted(name: string, match = '*'): boolean {
  if (name.length > MAX_NAME_LENGTH || name.startsWith('.') || name.includes('/') || UNFINISHED.test(name))
    return false;
  return matches(name, match);
}

/** Finds the literal parts of a pattern one after the other. A regular expression would try all their positions. */
function matches(name: string, pattern: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return name === first;
  const end = name.length - last.length;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of others) {
    const found = name.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= end;
}
