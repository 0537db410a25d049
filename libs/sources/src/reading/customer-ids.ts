/** Longest list of customers an event is indexed by. */
export const MAX_CUSTOMERS = 20;

/** Without repetition and nulls, the first twenty in their order. */
export function distinctCustomers(ids: Iterable<string | null>): string[] {
  const distinct = new Set<string>();
  for (const id of ids) {
    if (distinct.size >= MAX_CUSTOMERS) break;
    if (id !== null) distinct.add(id);
  }
  return [...distinct];
}
