import type { BrandRecord } from '@patchbay/core';
import { managedView } from '../common/managed.view.js';
import type { BrandDto } from './brand.dto.js';

/** A brand as the API shows it. */
export function brandView(brand: BrandRecord): BrandDto {
  return {
    name: brand.name,
    timezone: brand.timezone,
    privacy: brand.privacy,
    retention: `${brand.retentionDays}d`,
    recipients: { order: brand.recipientOrder },
    ...managedView(brand),
  };
}
