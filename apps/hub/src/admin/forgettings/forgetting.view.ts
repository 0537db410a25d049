import type { Forgetting } from '@patchbay/core';
import { isoTime, isoTimeOrNull } from '../common/time.view.js';
import type { ForgettingDto } from './forgetting.dto.js';

/** A forgetting. */
export function forgettingView(forgetting: Forgetting): ForgettingDto {
  return {
    id: forgetting.id,
    state: forgetting.state,
    tombstone: forgetting.customerHash,
    requestedBy: forgetting.requestedBy,
    eventId: forgetting.eventId,
    until: isoTime(forgetting.until),
    events: forgetting.events,
    deliveries: forgetting.deliveries,
    attempts: forgetting.attempts,
    createdAt: isoTime(forgetting.createdAt),
    endedAt: isoTimeOrNull(forgetting.endedAt),
  };
}
