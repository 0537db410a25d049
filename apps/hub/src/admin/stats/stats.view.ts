import { COUNT_LIMIT, type Stats } from '@patchbay/core';
import { isoTime, isoTimeOrNull } from '../common/time.view.js';
import type { BacklogDto, StatsDto } from './stats.dto.js';

/**
 * Stats as the API shows them.
 * @param now milliseconds since the epoch
 */
export function statsView({ totals, destinations }: Stats, now: number): StatsDto {
  return {
    at: isoTime(now),
    countLimit: COUNT_LIMIT,
    totals: backlogView(totals),
    destinations: destinations.map((destination) => ({
      brand: destination.brand,
      name: destination.name,
      type: destination.type,
      paused: destination.paused,
      ...backlogView(destination),
    })),
  };
}

function backlogView({ waiting, due, oldestDueAt, inFlight }: Stats['totals']): BacklogDto {
  return { waiting, due, oldestDueAt: isoTimeOrNull(oldestDueAt), inFlight };
}
