/**
 * Returns true if PostgreSQL's `text` type can hold the given texts. A text with NUL cannot be stored, so a search for
 * such a text finds nothing.
 */
export function isStorable(...texts: readonly (string | undefined)[]): boolean {
  return !texts.some((text) => text?.includes('\u0000'));
}
