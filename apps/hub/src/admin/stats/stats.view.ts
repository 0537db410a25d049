import { COUNT_LIMIT, type DestinationRates, type Rates, type Stats } from '@patchbay/core';
import { isoTime, isoTimeOrNull } from '../common/time.view.js';
import type { BacklogDto, RatesDto, StatsDto, TotalRatesDto } from './stats.dto.js';

/**
 * Builds the API view of the statistics.
 * @param now milliseconds since the epoch
 */
export function statsView({ totals, destinations }: Stats, rates: Rates, now: number): StatsDto {
  return {
    at: isoTime(now),
    countLimit: COUNT_LIMIT,
    rates: totalRatesView(rates),
    totals: backlogView(totals),
    destinations: destinations.map((destination) => ({
      brand: destination.brand,
      name: destination.name,
      type: destination.type,
      paused: destination.paused,
      rates: ratesView(rates.destinations.get(destination.destinationId) ?? NONE),
      ...backlogView(destination),
    })),
  };
}

/** Rates of a destination that was created between the two queries. */
const NONE: DestinationRates = { deliveriesPerSecond: 0, endedPerSecond: 0 };

function totalRatesView({ eventsPerSecond, destinations }: Rates): TotalRatesDto {
  const all = [...destinations.values()].reduce(
    (sum, one) => ({
      deliveriesPerSecond: sum.deliveriesPerSecond + one.deliveriesPerSecond,
      endedPerSecond: sum.endedPerSecond + one.endedPerSecond,
    }),
    NONE,
  );
  return { eventsPerSecond: rounded(eventsPerSecond), ...ratesView(all) };
}

function ratesView({ deliveriesPerSecond, endedPerSecond }: DestinationRates): RatesDto {
  return { deliveriesPerSecond: rounded(deliveriesPerSecond), endedPerSecond: rounded(endedPerSecond) };
}

/** Rounds to hundredths, so that one per minute is shown as 0.02. */
function rounded(rate: number): number {
  return Math.round(rate * 100) / 100;
}

function backlogView({ waiting, due, oldestDueAt, inFlight }: Stats['totals']): BacklogDto {
  return { waiting, due, oldestDueAt: isoTimeOrNull(oldestDueAt), inFlight };
}
