import { ApiProperty } from '@nestjs/swagger';
import { COUNT_LIMIT, type DestinationRates, type Rates, type Stats } from '@patchbay/core';
import { isoTime, isoTimeOrNull } from '../common/time-range.dto.js';

/** Delivery rates. */
export class RatesDto {
  @ApiProperty({
    format: 'double',
    description: 'Deliveries created per second, over the last minute or the newest 2,000 deliveries of a destination.',
  })
  readonly deliveriesPerSecond!: number;

  @ApiProperty({ format: 'double', description: 'Deliveries of this sample that have ended, per second.' })
  readonly endedPerSecond!: number;
}

/** Rates of all destinations together. */
export class TotalRatesDto extends RatesDto {
  @ApiProperty({
    format: 'double',
    description: 'Events stored per second, over the last minute or the newest 2,000 events of a brand.',
  })
  readonly eventsPerSecond!: number;
}

/** Backlog of deliveries. */
export class BacklogDto {
  @ApiProperty({ description: 'Waiting deliveries that are not in flight, due or not.' })
  readonly waiting!: number;

  @ApiProperty({ description: 'Waiting deliveries that are due now.' })
  readonly due!: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Time at which the oldest due delivery became due. Null if none is due.',
  })
  readonly oldestDueAt!: string | null;

  @ApiProperty()
  readonly inFlight!: number;
}

/** Backlog and rates of a destination. */
export class DestinationStatsDto extends BacklogDto {
  @ApiProperty({ example: 'acme' })
  readonly brand!: string;

  @ApiProperty({ example: 'sms' })
  readonly name!: string;

  @ApiProperty({ example: 'acme-sms' })
  readonly type!: string;

  @ApiProperty({ description: 'True if deliveries are held.' })
  readonly paused!: boolean;

  @ApiProperty({ description: 'True if the destination is missing from its file.' })
  readonly disabled!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'Reason for which deliveries are held.' })
  readonly pausedReason!: string | null;

  @ApiProperty({ type: RatesDto })
  readonly rates!: RatesDto;
}

/** Rates and backlog of the hub. */
export class StatsDto {
  @ApiProperty({ format: 'date-time' })
  readonly at!: string;

  @ApiProperty({
    example: COUNT_LIMIT,
    description: 'Maximum count per destination. Further deliveries are not counted.',
  })
  readonly countLimit!: number;

  @ApiProperty({ type: TotalRatesDto })
  readonly rates!: TotalRatesDto;

  @ApiProperty({
    type: BacklogDto,
    description: 'Backlog of all destinations. `oldestDueAt` ignores paused destinations.',
  })
  readonly totals!: BacklogDto;

  @ApiProperty({ type: [DestinationStatsDto] })
  readonly destinations!: readonly DestinationStatsDto[];
}

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
      disabled: destination.disabled,
      pausedReason: destination.pausedReason,
      rates: ratesView(rates.destinations.get(destination.destinationId) ?? NONE),
      ...backlogView(destination),
    })),
  };
}

/** Rates of zero, for a destination that the query of the rates did not find because the destination is new. */
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

/** Rounds to hundredths, so that one delivery per minute is shown as 0.02. */
function rounded(rate: number): number {
  return Math.round(rate * 100) / 100;
}

function backlogView({ waiting, due, oldestDueAt, inFlight }: Stats['totals']): BacklogDto {
  return { waiting, due, oldestDueAt: isoTimeOrNull(oldestDueAt), inFlight };
}
