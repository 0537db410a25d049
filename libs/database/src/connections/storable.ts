/**
 * Returns true if PostgreSQL's `text` type can hold these texts. It cannot hold NUL, so a search for a text with NUL
 * finds nothing.
 */
export function isStorable(...texts: readonly (string | undefined)[]): boolean {
  return !texts.some((text) => text?.includes('\u0000'));
}
