/**
 * Returns ` Did you mean "x"?` for the most similar known name, or an empty text. A similar name differs by at most two
 * edits, and by fewer than half of the letters.
 */
export function didYouMean(name: string, known: Iterable<string>): string {
  let best = '';
  let bestDistance = Math.min(2, Math.floor((name.length - 1) / 2)) + 1;
  if (name.length > 64) return '';
  for (const candidate of known) {
    const distance = editDistance(name, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best ? ` Did you mean "${best}"?` : '';
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
