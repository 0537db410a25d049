import type { ApiKey } from '@patchbay/core';
import type { ApiKeyEntity } from '../entities/api-key.entity.js';

/** Converts a row to the type {@link ApiKey}. */
export function keyOf(row: ApiKeyEntity): ApiKey {
  const { id, hint, name, role, brandIds, reveal, createdBy } = row;
  return {
    ...{ id, hint, name, role, brandIds, reveal, createdBy },
    createdAt: row.createdAt.getTime(),
    expiresAt: row.expiresAt?.getTime() ?? null,
    lastUsedAt: row.lastUsedAt?.getTime() ?? null,
  };
}
