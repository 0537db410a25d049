import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { REPLAY_MAPPINGS, REPLAYABLE_STATES, type ReplayFilter, type ReplayMapping } from '@patchbay/core';
import { DELIVERY_ERROR_KINDS, type DeliveryErrorKind } from '@patchbay/plugin-sdk';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsNumber, IsObject, Max, Min, ValidateNested } from 'class-validator';
import { IsInstant, parseInstant } from '../../http/instant.js';
import { Optional } from '../../http/optional.js';
import { FilterText } from '../common/filter-text.decorator.js';

/** What to send again: all that is named has to hold. */
export class ReplayFilterDto {
  @ApiPropertyOptional({
    enum: REPLAYABLE_STATES,
    description:
      'What became of earlier deliveries; the latest of an event and a subscription counts. With neither `status` nor ' +
      '`errorKind`, events are replayed, whatever became of them.',
  })
  @Optional()
  @IsIn(REPLAYABLE_STATES)
  readonly status?: NonNullable<ReplayFilter['status']>;

  @ApiPropertyOptional({ enum: DELIVERY_ERROR_KINDS, description: 'Of the last attempt of earlier deliveries.' })
  @Optional()
  @IsIn(DELIVERY_ERROR_KINDS)
  readonly errorKind?: DeliveryErrorKind;

  @ApiPropertyOptional({ example: 'sms', description: 'The name of a destination.' })
  @FilterText()
  readonly destination?: string;

  @ApiPropertyOptional({ example: 'points-sms', description: 'The name of a subscription.' })
  @FilterText()
  readonly subscription?: string;

  @ApiPropertyOptional({ example: 'pointsIssued' })
  @FilterText()
  readonly eventType?: string;

  @ApiPropertyOptional({ description: 'The id of any customer that the event names, as in the lists of events.' })
  @FilterText()
  readonly customer?: string;

  @ApiPropertyOptional({
    type: String,
    example: '2026-01-31T08:00:00Z',
    description: 'Received at this time or later. ISO 8601; a day alone is its midnight UTC.',
  })
  @Optional()
  @IsInstant()
  readonly from?: string;

  @ApiPropertyOptional({ type: String, example: '2026-02-01', description: 'Received before this time. ISO 8601.' })
  @Optional()
  @IsInstant()
  readonly to?: string;
}

/** A replay to be counted, shown, or started. */
export class ReplayRequestDto {
  @ApiProperty({ type: ReplayFilterDto, description: 'At least one of its fields.' })
  @IsObject()
  @ValidateNested()
  @Type(() => ReplayFilterDto)
  readonly filter!: ReplayFilterDto;

  @ApiPropertyOptional({
    enum: REPLAY_MAPPINGS,
    default: 'recorded',
    description:
      'recorded: by the version of the subscription that was in force when the event was received. current: matched ' +
      'and mapped by what is in force now.',
  })
  @Optional()
  @IsIn(REPLAY_MAPPINGS)
  readonly mapping: ReplayMapping = 'recorded';

  @ApiPropertyOptional({ default: false, description: 'Count, and show what would differ; start nothing.' })
  @Optional()
  @IsBoolean()
  readonly dryRun: boolean = false;

  @ApiPropertyOptional({ example: 10, description: 'Deliveries created per second at most.' })
  @Optional()
  @IsNumber()
  @Min(0.01)
  @Max(10_000)
  readonly ratePerSecond?: number;

  @ApiPropertyOptional({ default: 20, minimum: 0, maximum: 100, description: 'How many to show, the oldest first.' })
  @Optional()
  @IsInt()
  @Min(0)
  @Max(100)
  readonly sample: number = 20;
}

/** The filter as the engine takes it: what is not named is left out. */
export function replayFilter(asked: ReplayFilterDto): ReplayFilter {
  const { status, errorKind, destination, subscription, eventType, customer } = asked;
  const from = asked.from === undefined ? undefined : parseInstant(asked.from);
  const to = asked.to === undefined ? undefined : parseInstant(asked.to);
  return {
    ...(status === undefined ? {} : { status }),
    ...(errorKind === undefined ? {} : { errorKind }),
    ...(destination === undefined ? {} : { destination }),
    ...(subscription === undefined ? {} : { subscription }),
    ...(eventType === undefined ? {} : { eventType }),
    ...(customer === undefined ? {} : { customer }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}
