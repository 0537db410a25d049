import type { Json } from '@patchbay/plugin-sdk';

/**
 * Returns true if the values of a destination name a host that the earlier values did not name. The tokens of an OAuth
 * connection must not be sent to such a host, because a person allowed the access for the earlier hosts.
 */
export function namesOtherHost(before: readonly Json[], after: readonly Json[]): boolean {
  const known = new Set(before.flatMap(originsIn));
  return after.flatMap(originsIn).some((origin) => !known.has(origin));
}

/** Returns the origins of all http and https URLs in a value. */
function originsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return /^https?:/i.test(value) && URL.canParse(value) ? [new URL(value).origin] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(originsIn) : [];
}
