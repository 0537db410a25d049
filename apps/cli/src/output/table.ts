import { printable } from './printable.js';

/** Formats rows as aligned columns below a headline. Removes control characters from the cells. */
export function formatTable(headline: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [headline, ...rows].map((row) => row.map((cell) => printable(cell)));
  const widths = headline.map((_, column) => Math.max(...cells.map((row) => [...(row[column] ?? '')].length)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - [...cell].length)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
