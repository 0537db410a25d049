import { ApiProperty } from '@nestjs/swagger';
import { COUNT_LIMIT } from '@patchbay/core';

/** How much is going on. */
export class RatesDto {
  @ApiProperty({ description: 'Deliveries made a second, over the last minute or the newest 2,000 of a destination.' })
  readonly deliveriesPerSecond!: number;

  @ApiProperty({ description: 'Those of them that have come to their end.' })
  readonly endedPerSecond!: number;
}

/** How much is going on at all destinations. */
export class TotalRatesDto extends RatesDto {
  @ApiProperty({ description: 'Events stored a second, over the last minute or the newest 2,000 of a brand.' })
  readonly eventsPerSecond!: number;
}

/** What waits. */
export class BacklogDto {
  @ApiProperty({ description: 'Deliveries that wait, due or not, and are not in flight.' })
  readonly waiting!: number;

  @ApiProperty({ description: 'Of those, the ones that are due now.' })
  readonly due!: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Since when the oldest has been due.',
  })
  readonly oldestDueAt!: string | null;

  @ApiProperty()
  readonly inFlight!: number;
}

/** What waits for one destination. */
export class DestinationStatsDto extends BacklogDto {
  @ApiProperty({ example: 'acme' })
  readonly brand!: string;

  @ApiProperty({ example: 'sms' })
  readonly name!: string;

  @ApiProperty({ example: 'acme-sms' })
  readonly type!: string;

  @ApiProperty()
  readonly paused!: boolean;

  @ApiProperty({ type: RatesDto })
  readonly rates!: RatesDto;
}

/** How the hub stands right now. */
export class StatsDto {
  @ApiProperty({ format: 'date-time' })
  readonly at!: string;

  @ApiProperty({ example: COUNT_LIMIT, description: 'Where the counts of a destination stop: more is not counted.' })
  readonly countLimit!: number;

  @ApiProperty({ type: TotalRatesDto })
  readonly rates!: TotalRatesDto;

  @ApiProperty({ type: BacklogDto, description: 'Of all destinations; the oldest without those that are paused.' })
  readonly totals!: BacklogDto;

  @ApiProperty({ type: [DestinationStatsDto] })
  readonly destinations!: readonly DestinationStatsDto[];
}
