/** Why a key cannot be taken, whatever it is a key of; undefined where it can. */
export function keyProblem(name: string): string | undefined {
  if (name === '__proto__') return 'a key must not be called __proto__';
  if (name === '<<') return 'merge keys (<<) are not taken: write the values out';
  if (isStorable(name)) return undefined;
  return 'a key holds a character that cannot be stored (NUL, or half a surrogate pair)';
}

/** Why a single value cannot be taken: JSON could not hold it as it is, or the database could not; undefined where it can. */
export function valueProblem(value: unknown): string | undefined {
  if (value === null || typeof value === 'boolean') return undefined;
  if (typeof value === 'string') {
    if (isStorable(value)) return undefined;
    return 'the text holds a character that cannot be stored (NUL, or half a surrogate pair)';
  }
  if (typeof value === 'number' && Number.isFinite(value)) {
    if (!Number.isInteger(value) || Number.isSafeInteger(value)) return undefined;
    return 'the number is too big to be kept exactly: put it in quotes';
  }
  return 'the value is no number, text, boolean, list or group that JSON could hold';
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}
