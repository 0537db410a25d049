import { openCredentials, type OpenDestination } from '@patchbay/core';
import type { CurrentDestination } from '../common/fresh-configuration.service.js';

/** Returns a destination with its decrypted credentials. Throws a VaultError if the credentials cannot be decrypted. */
export function openDestination({
  brand,
  destination,
}: Pick<CurrentDestination, 'brand' | 'destination'>): OpenDestination {
  const { id, brandId, type, version, settings, limits } = destination;
  return {
    ...{ id, brandId, brandName: brand.name, type, version, settings },
    credentials: openCredentials(destination, brand),
    ...(limits.timeoutMs === undefined ? {} : { timeoutMs: limits.timeoutMs }),
  };
}
