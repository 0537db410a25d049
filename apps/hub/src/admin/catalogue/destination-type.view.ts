import type { DestinationTypeInfo } from '@patchbay/plugin-host';
import type { DestinationTypeDto, DestinationTypeSummaryDto } from './destination-type.dto.js';

/** A destination type as the catalogue lists it. */
export function destinationTypeSummary(info: DestinationTypeInfo): DestinationTypeSummaryDto {
  const { ratePerSecond = null, burst = null, concurrency = null, timeoutMs = null } = info.limits;
  return {
    type: info.type,
    label: info.label,
    description: info.description,
    category: info.category,
    docsUrl: info.docsUrl,
    limits: { ratePerSecond, burst, concurrency, timeoutMs },
    credentials: info.credentials,
    settings: info.settings,
    message: info.message,
    presets: info.presets,
    statusCallback: info.statusCallback,
    logo: info.logo,
  };
}

/** A destination type with its manual. */
export function destinationType(info: DestinationTypeInfo): DestinationTypeDto {
  return { ...destinationTypeSummary(info), readme: info.readme };
}
