import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  DELIVERY_STAGES,
  REPLAY_MAPPINGS,
  REPLAYABLE_STATES,
  type DeliveryStage,
  type ReplayFilter,
  type ReplayMapping,
} from '@patchbay/core';
import { DELIVERY_ERROR_KINDS, VENDOR_STATUSES, type DeliveryErrorKind, type VendorStatus } from '@patchbay/plugin-sdk';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsInstant, parseInstant } from '../../http/instant.js';
import { ONE_LINE, Optional } from '../../http/dto-fields.js';
import { FilterText } from '../common/filter-text.decorator.js';

/**
 * Filter of a replay. All fields that are set have to match. Error kind, vendor code, vendor status and stage belong to
 * earlier deliveries.
 */
export class ReplayFilterDto {
  @ApiPropertyOptional({
    enum: REPLAYABLE_STATES,
    description:
      'State of earlier deliveries; only the latest delivery per event and subscription counts. If `status`, ' +
      '`errorKind`, `vendorCode` and `vendorStatus` are omitted, the filter selects events, except those that ' +
      '`includeSucceeded` describes.',
  })
  @Optional()
  @IsIn(REPLAYABLE_STATES)
  readonly status?: NonNullable<ReplayFilter['status']>;

  @ApiPropertyOptional({ enum: DELIVERY_ERROR_KINDS, description: 'Error kind of the last attempt.' })
  @Optional()
  @IsIn(DELIVERY_ERROR_KINDS)
  readonly errorKind?: DeliveryErrorKind;

  @ApiPropertyOptional({
    example: '21211',
    description: 'Vendor code of the last attempt. An empty text selects failures without a vendor code.',
  })
  @Optional()
  @IsString()
  @MaxLength(500)
  @Matches(ONE_LINE, { message: '$property must not contain control characters or lone surrogates' })
  readonly vendorCode?: string;

  @ApiPropertyOptional({
    enum: VENDOR_STATUSES,
    example: 'undelivered',
    description: 'State of earlier deliveries at the vendor, from its status updates.',
  })
  @Optional()
  @IsIn(VENDOR_STATUSES)
  readonly vendorStatus?: VendorStatus;

  @ApiPropertyOptional({ example: 'sms', description: 'Name of a destination.' })
  @FilterText()
  readonly destination?: string;

  @ApiPropertyOptional({
    enum: DELIVERY_STAGES,
    description:
      '`routing`: the subscription has a route and no destination was chosen. `sending`: all others. Requires `status`, ' +
      '`errorKind`, `vendorCode` or `vendorStatus`.',
  })
  @Optional()
  @IsIn(DELIVERY_STAGES)
  readonly stage?: DeliveryStage;

  @ApiPropertyOptional({ example: 'points-sms', description: 'Name of a subscription.' })
  @FilterText()
  readonly subscription?: string;

  @ApiPropertyOptional({ example: 'pointsIssued' })
  @FilterText()
  readonly eventType?: string;

  @ApiPropertyOptional({ description: 'Id of any customer that the event names, as in the filter of events.' })
  @FilterText()
  readonly customer?: string;

  @ApiPropertyOptional({
    type: String,
    example: '2026-01-31T08:00:00Z',
    description: 'Received at this time or later. ISO 8601; a date without a time means midnight UTC.',
  })
  @Optional()
  @IsInstant()
  readonly from?: string;

  @ApiPropertyOptional({ type: String, example: '2026-02-01', description: 'Received before this time. ISO 8601.' })
  @Optional()
  @IsInstant()
  readonly to?: string;
}

/** A replay to start, or to count only. */
export class ReplayRequestDto {
  @ApiProperty({ type: ReplayFilterDto, description: 'Filter with at least one field.' })
  @IsObject()
  @ValidateNested()
  @Type(() => ReplayFilterDto)
  readonly filter!: ReplayFilterDto;

  @ApiPropertyOptional({
    enum: REPLAY_MAPPINGS,
    default: 'recorded',
    description:
      '`recorded`: uses the subscription version that was in force when the event was received. `current`: matches ' +
      'and maps with the current version.',
  })
  @Optional()
  @IsIn(REPLAY_MAPPINGS)
  readonly mapping: ReplayMapping = 'recorded';

  @ApiPropertyOptional({
    default: false,
    description:
      'Also replay events whose latest delivery of a subscription succeeded, was merged into a digest, is unconfirmed, ' +
      'or still waits, so that customers may get the message twice. Has no effect if the filter selects earlier ' +
      'deliveries.',
  })
  @Optional()
  @IsBoolean()
  readonly includeSucceeded: boolean = false;

  @ApiPropertyOptional({ default: false, description: 'Count and show the differences without starting a replay.' })
  @Optional()
  @IsBoolean()
  readonly dryRun: boolean = false;

  @ApiPropertyOptional({
    format: 'double',
    example: 10,
    description: 'Maximum number of deliveries created per second. Omit it for no limit.',
  })
  @Optional()
  @IsNumber()
  @Min(0.01)
  @Max(10_000)
  readonly ratePerSecond?: number;

  @ApiPropertyOptional({
    default: 20,
    minimum: 0,
    maximum: 100,
    description: 'Number of deliveries to return as a sample, oldest first.',
  })
  @Optional()
  @IsInt()
  @Min(0)
  @Max(100)
  readonly sample: number = 20;
}

/** Converts the filter of a request. Fields that are not set are left out. */
export function replayFilter(asked: ReplayFilterDto): ReplayFilter {
  const { status, errorKind, vendorCode, vendorStatus, destination, stage, subscription, eventType, customer } = asked;
  const from = asked.from === undefined ? undefined : parseInstant(asked.from);
  const to = asked.to === undefined ? undefined : parseInstant(asked.to);
  return {
    ...(status === undefined ? {} : { status }),
    ...(errorKind === undefined ? {} : { errorKind }),
    ...(vendorCode === undefined ? {} : { vendorCode }),
    ...(vendorStatus === undefined ? {} : { vendorStatus }),
    ...(destination === undefined ? {} : { destination }),
    ...(stage === undefined ? {} : { stage }),
    ...(subscription === undefined ? {} : { subscription }),
    ...(eventType === undefined ? {} : { eventType }),
    ...(customer === undefined ? {} : { customer }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}
