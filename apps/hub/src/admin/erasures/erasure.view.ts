import type { Erasure } from '@patchbay/core';
import { isoTime, isoTimeOrNull } from '../common/time.view.js';
import type { ErasureDto } from './erasure.dto.js';

/** Builds the API view of an erasure. */
export function erasureView(erasure: Erasure): ErasureDto {
  return {
    id: erasure.id,
    state: erasure.state,
    tombstone: erasure.customerHash,
    requestedBy: erasure.requestedBy,
    eventId: erasure.eventId,
    until: isoTime(erasure.until),
    events: erasure.events,
    deliveries: erasure.deliveries,
    attempts: erasure.attempts,
    createdAt: isoTime(erasure.createdAt),
    endedAt: isoTimeOrNull(erasure.endedAt),
  };
}
