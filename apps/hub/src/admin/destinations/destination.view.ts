import { formatDuration, openCredentials, type BrandRecord, type DestinationRecord } from '@patchbay/core';
import { managedView } from '../common/managed.view.js';
import { maskAll, maskPaths } from '../common/mask.js';
import type { DestinationDto } from './destination.dto.js';

/**
 * Builds the API view of a destination, with secrets masked.
 * @param secretSettings paths of secrets in the settings of its type
 * @param callbackUrl null if the caller may not see it
 */
export function destinationView(
  destination: DestinationRecord,
  brand: BrandRecord,
  secretSettings: readonly string[],
  callbackUrl: string | null,
): DestinationDto {
  const { ratePerSecond = null, burst = null, concurrency = null, timeoutMs = null } = destination.limits;
  return {
    id: destination.id,
    name: destination.name,
    type: destination.type,
    credentials: maskAll(openCredentials(destination, brand)),
    settings: maskPaths(destination.settings, secretSettings),
    limits: { ratePerSecond, burst, concurrency, timeoutMs },
    retry: {
      schedule: destination.retry.scheduleMs.map(formatDuration),
      onUnconfirmed: destination.retry.onUnconfirmed ?? null,
    },
    callbackUrl,
    paused: destination.paused,
    pausedReason: destination.pausedReason,
    pausedBy: destination.pausedBy,
    disabled: destination.disabled,
    ...managedView(destination),
  };
}
