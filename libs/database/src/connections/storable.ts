/**
 * Returns true if PostgreSQL's `text` type can hold the given texts. A text with NUL cannot be stored, so a search for
 * such a text finds nothing.
 */
export function isStorable(...texts: readonly (string | undefined)[]): boolean {
  return !texts.some((text) => text?.includes('\u0000'));
}

/**
 * Replaces NUL characters, because PostgreSQL text cannot store them and a NUL in a vendor's answer must not lose the
 * outcome.
 */
export function storable(text: string | null): string | null {
  return text === null ? null : text.replaceAll('\u0000', '\uFFFD');
}
