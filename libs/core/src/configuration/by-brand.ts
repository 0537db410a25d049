/** Groups rows by brand id. The rows of a brand keep their order. */
export function byBrand<Row extends { readonly brandId: string }>(
  rows: readonly Row[],
): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.brandId);
    if (group === undefined) groups.set(row.brandId, [row]);
    else group.push(row);
  }
  return groups;
}
