/** Location of a hidden value: a root, then the keys and list indexes below it. */
export type HiddenPath = readonly (string | number)[];

/**
 * Tests if a condition on this path would look at a hidden value. Conditions see through lists, so indexes do not count;
 * what is above or below a hidden value is hidden too.
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
