/** Maximum number of customers by which an event is indexed. */
export const MAX_CUSTOMERS = 20;

/** Returns the first twenty distinct ids, in their order, without nulls. */
export function distinctCustomers(ids: Iterable<string | null>): string[] {
  const distinct = new Set<string>();
  for (const id of ids) {
    if (distinct.size >= MAX_CUSTOMERS) break;
    if (id !== null) distinct.add(id);
  }
  return [...distinct];
}
