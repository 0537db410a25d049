/** Rows of texts as lines of columns: the first column to the left, figures to the right. */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) =>
    row.map((text, column) => (column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column]))).join('  ');
  const [head, ...body] = rows.map(line);
  return [head, '─'.repeat(head.length), ...body].join('\n');
}

/** A figure with as many digits as it is worth: `10,994`, `104`, `9.8`, `0.62`; `–` where there is none. */
export function figure(value) {
  if (!Number.isFinite(value)) return '–';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}
