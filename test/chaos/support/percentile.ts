/**
 * Returns the nearest-rank percentile of the values for `part`, which is between 0 and 1. NaN if there are no values.
 */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? NaN;
}
