/** Lists names for an error: `a, b and 3 more`. A short list keeps the error readable. */
export function listed(names: readonly string[], maximum = 5): string {
  const rest = names.length - maximum;
  return names.slice(0, maximum).join(', ') + (rest > 0 ? ` and ${String(rest)} more` : '');
}
