/** Whether PostgreSQL's text can hold these: it holds no NUL, so that what is asked for with one cannot be there. */
export function isStorable(...texts: readonly (string | undefined)[]): boolean {
  return !texts.some((text) => text?.includes('\u0000'));
}
