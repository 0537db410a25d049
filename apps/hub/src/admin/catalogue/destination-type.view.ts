import type { DestinationTypeInfo } from '@patchbay/plugin-host';
import type { DestinationTypeDto, DestinationTypeSummaryDto } from './destination-type.dto.js';

/** Builds the catalogue entry of a destination type. */
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

/** Builds the view of a destination type with its README. */
export function destinationType(info: DestinationTypeInfo): DestinationTypeDto {
  return { ...destinationTypeSummary(info), readme: info.readme };
}
