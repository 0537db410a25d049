/** Names of the fields that differ, as JSON: the order of keys counts, since a mapping's order is the message's. */
export function changedFields(fields: Readonly<Record<string, readonly [before: unknown, after: unknown]>>): string[] {
  return Object.entries(fields)
    .filter(([, [before, after]]) => JSON.stringify(before ?? null) !== JSON.stringify(after ?? null))
    .map(([name]) => name);
}
