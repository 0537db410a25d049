import { capsContent, maskedLookups } from '@patchbay/config';
import { brandSettings, type BrandRecord } from '@patchbay/core';
import { managedView } from '../common/managed.view.js';
import { MASK } from '../common/mask.js';
import type { BrandDto } from './brand.dto.js';

/** Builds the API view of a brand. Resolver and enrichment are included, secrets are masked. */
export function brandView(brand: BrandRecord): BrandDto {
  const { resolver, consent, enrichment } = maskedLookups(brandSettings(brand), MASK);
  return {
    name: brand.name,
    timezone: brand.timezone,
    privacy: brand.privacy,
    retention: `${brand.retentionDays}d`,
    recipients: { order: brand.recipientOrder, resolver, consent },
    enrichment,
    messaging: brand.caps === undefined ? null : { caps: capsContent(brand.caps) },
    ...managedView(brand),
  };
}
