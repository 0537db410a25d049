/** Returns ` Did you mean "x"?` for the {@link mostSimilar} known name, or an empty text if no name is similar. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const similar = mostSimilar(name, known);
  return similar === null ? '' : ` Did you mean "${similar}"?`;
}

/**
 * Returns the most similar known name; null if no name is similar. A similar name differs by at most two edits, and by
 * fewer than half of the letters.
 */
export function mostSimilar(name: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Math.min(2, Math.floor((name.length - 1) / 2)) + 1;
  if (name.length > 64) return null;
  for (const candidate of known) {
    const distance = editDistance(name, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substituted, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
