import type { ApiKey, BrandRecord } from '@patchbay/core';
import { isoTime, isoTimeOrNull } from '../common/time.view.js';
import type { KeyDto } from './key.dto.js';

/** Builds the API view of a key, with the names of its brands. */
export function keyView(key: ApiKey, brands: readonly BrandRecord[]): KeyDto {
  const { id, name, role, reveal, hint, createdBy, brandIds } = key;
  return {
    ...{ id, name, role, reveal, hint, createdBy },
    brands: brandIds === null ? null : brands.filter((brand) => brandIds.includes(brand.id)).map((brand) => brand.name),
    createdAt: isoTime(key.createdAt),
    expiresAt: isoTimeOrNull(key.expiresAt),
    lastUsedAt: isoTimeOrNull(key.lastUsedAt),
  };
}
