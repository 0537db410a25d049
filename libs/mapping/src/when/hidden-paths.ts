/** Location of a hidden value: a root, followed by keys and list indexes. */
export type HiddenPath = readonly (string | number)[];

/**
 * Returns true if a condition on this path would read a hidden value. Indexes are ignored, because conditions read all
 * elements of a list. Parents and children of a hidden value are hidden too.
 */
export function looksAtHidden(path: string, hidden: readonly HiddenPath[]): boolean {
  const wanted = names(path.split('.'));
  return hidden.some((one) => {
    const own = names(one.map(String));
    return own.slice(0, wanted.length).every((segment, index) => segment === wanted[index]);
  });
}

function names(segments: readonly string[]): readonly string[] {
  return segments.filter((segment) => !/^\d+$/.test(segment));
}
