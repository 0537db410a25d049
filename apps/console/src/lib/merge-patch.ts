type Members = Readonly<Record<string, unknown>>;

/** Returns true for a JSON object: neither null nor a list. */
export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns true if two JSON values are equal. The order of an object's members does not matter. */
export function isSameJson(one: unknown, other: unknown): boolean {
  if (isMembers(one) && isMembers(other)) {
    const names = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...names].every((name) => isSameJson(one[name], other[name]));
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((entry, index) => isSameJson(entry, other[index]));
  }
  return one === other;
}

/**
 * Returns the JSON Merge Patch (RFC 7396) that turns `before` into `after`: only what differs, and null for a member
 * that was removed. Masked secrets that nobody changed are therefore never sent.
 * @param whole members that are replaced, not merged, if they are objects
 */
export function mergePatchOf(before: Members, after: Members, whole: readonly string[] = []): Record<string, unknown> {
  const patch: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, next] = [before[name], after[name]];
    if (isSameJson(old, next)) continue;
    if (isMembers(old) && isMembers(next) && !whole.includes(name)) patch[name] = mergePatchOf(old, next);
    else patch[name] = next ?? null;
  }
  return patch;
}
