/** Foreign key of a table. */
export interface Reference {
  readonly from: string;
  readonly to: string;
}

/** Returns the names so that each table follows the tables that it references. Tables without a reference keep their order. */
export function inDependencyOrder(names: readonly string[], references: readonly Reference[]): readonly string[] {
  const known = new Set(names);
  const ordered = new Set<string>();
  const add = (name: string): void => {
    if (ordered.has(name) || !known.delete(name)) return;
    for (const { from, to } of references) if (from === name) add(to);
    ordered.add(name);
  };
  for (const name of names) add(name);
  return [...ordered];
}
