import { lookupsContext, type BrandSettings, type BrandLookups, type BrandVault } from '@patchbay/core';
import type { BrandEntity } from '../entities/brand.entity.js';
import { openJson, sealJson } from './sealed-json.js';

/**
 * Returns the settings of a brand definition that address the brand's own systems: resolver, consent, enrichment and
 * platform.
 */
export function lookupsOf({ recipients, enrichment, platform }: BrandSettings): BrandLookups {
  const { resolver, consent, transactionalConsent } = recipients;
  return {
    ...(resolver === undefined ? {} : { resolver }),
    ...(consent === undefined ? {} : { consent }),
    ...(transactionalConsent === undefined ? {} : { transactionalConsent }),
    ...(enrichment === undefined ? {} : { enrichment }),
    ...(platform === undefined ? {} : { platform }),
  };
}

/** Seals the lookups, including URLs, headers and credentials. Returns null if the brand has no lookups. */
export function sealLookups(vault: BrandVault, brandId: string, lookups: BrandLookups): Buffer | null {
  return Object.keys(lookups).length === 0 ? null : sealJson(vault, lookupsContext(brandId), lookups);
}

/** Opens sealed lookups. Throws a VaultError if the lookups cannot be opened. */
export function openLookups(vault: BrandVault, row: Pick<BrandEntity, 'id' | 'sealedLookups'>): BrandLookups {
  if (row.sealedLookups === null) return {};
  return openJson(vault, lookupsContext(row.id), row.sealedLookups, isLookups);
}

/** Checks only that the opened value is an object, because its content was validated before it was sealed. */
function isLookups(value: unknown): value is BrandLookups {
  return typeof value === 'object' && value !== null;
}
