/** Describes why a key is rejected. Undefined if the key is valid. */
export function keyProblem(name: string): string | undefined {
  if (name === '__proto__') return 'a key must not be called __proto__: rename it';
  if (name === '<<') return 'merge keys (<<) are not supported: write the values out';
  if (isStorable(name)) return undefined;
  return 'a key contains a character that cannot be stored (NUL or an unpaired surrogate): remove it';
}

/** Describes why JSON or the database cannot store a scalar value. Undefined if both can store the value. */
export function valueProblem(value: unknown): string | undefined {
  if (value === null || typeof value === 'boolean') return undefined;
  if (typeof value === 'string') {
    if (isStorable(value)) return undefined;
    return 'the text contains a character that cannot be stored (NUL or an unpaired surrogate): remove it';
  }
  if (typeof value === 'number' && Number.isFinite(value)) {
    if (!Number.isInteger(value) || Number.isSafeInteger(value)) return undefined;
    return 'the number is too large to be stored exactly: put it in quotes';
  }
  return 'the value cannot be represented in JSON: use a number, a text, true, false, a list or an object';
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}
