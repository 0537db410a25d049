/** Returns the nearest-rank percentile of a list. NaN if the list is empty. */
export function quantile(values, part) {
  const sorted = Float64Array.from(values).sort();
  return sorted.length === 0 ? Number.NaN : sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)];
}

/** Returns the median of a list. NaN if the list is empty. */
export function median(values) {
  const sorted = Float64Array.from(values).sort();
  const half = Math.floor(sorted.length / 2);
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
