import type { ConfigurationNotice } from '@patchbay/core';

/** Maximum number of brands in a payload. PostgreSQL limits a payload to 8,000 bytes. */
const MAX_BRANDS = 20;

/** Builds the payload of a notice. @param brandIds ids of the changed brands; null if the payload must not name them */
export function noticePayload(revision: number, brandIds: readonly string[] | null): string {
  const isNamed = brandIds !== null && brandIds.length <= MAX_BRANDS;
  return JSON.stringify({ revision, ...(isNamed && { brandIds }) });
}

/**
 * Reads the payload of a notice. Null if the payload has another form: processes of an earlier version send only the
 * revision.
 */
export function noticeIn(payload: string | undefined): ConfigurationNotice | null {
  const value = parsed(payload);
  if (typeof value !== 'object' || value === null) return null;
  const { revision, brandIds }: { readonly revision?: unknown; readonly brandIds?: unknown } = value;
  if (typeof revision !== 'number') return null;
  if (!Array.isArray(brandIds)) return { revision };
  const ids: readonly unknown[] = brandIds;
  return { revision, brandIds: ids.filter((id) => typeof id === 'string') };
}

function parsed(payload = ''): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return null;
  }
}
