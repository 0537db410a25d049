/**
 * Returns one value per row, for one column of a statement. Replaces `map`, because V8 inlines each `map` call into
 * its caller. Compiling a caller with forty such calls takes a third of a second.
 */
export function column<Row, Value>(rows: readonly Row[], valueOf: (row: Row) => Value): Value[] {
  const values: Value[] = [];
  for (const row of rows) values.push(valueOf(row));
  return values;
}
