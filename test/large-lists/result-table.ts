import type { LargeBrand } from './hub.js';
import type { Measured } from './measure.js';

/** Formats the durations as a table with one line per request. A star marks those over the limit. */
export function resultTable(brands: readonly LargeBrand[], measured: readonly Measured[], maxMs: number): string {
  const names = [...new Set(measured.map(({ name }) => name))];
  const head = ['milliseconds', ...brands.flatMap(({ name }) => [`${name} p50`, 'p95'])];
  const rows = names.map((name) => [
    name,
    ...brands.flatMap((brand) => {
      const found = measured.find((one) => one.brand === brand.name && one.name === name);
      if (found === undefined) return ['–', '–'];
      return [found.p50.toFixed(0), `${found.p95.toFixed(0)}${found.p95 > maxMs ? '*' : ''}`];
    }),
  ]);
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row.map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0))).join('  ');
  return all.map(line).join('\n');
}
