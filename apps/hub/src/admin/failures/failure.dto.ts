import { ApiProperty } from '@nestjs/swagger';
import { FAILURE_STATES, type FailureGroup } from '@patchbay/core';
import { DELIVERY_ERROR_KINDS } from '@patchbay/plugin-sdk';
import { isoTime } from '../common/time-range.dto.js';

/** Delivery that shows what a group of failures has in common. */
export class FailureExampleDto {
  @ApiProperty({ format: 'uuid' })
  readonly deliveryId!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Redacted message of the last attempt. Null if there is none.',
  })
  readonly message!: string | null;
}

/** Filter that selects the deliveries of a group, for POST replays and for the list of deliveries. */
export class FailureGroupFilterDto {
  @ApiProperty({ enum: FAILURE_STATES })
  readonly status!: FailureGroup['status'];

  @ApiProperty({ example: 'sms', required: false, description: 'Left out if no destination was chosen.' })
  readonly destination?: string;

  @ApiProperty({ enum: ['routing'], required: false, description: 'Set if no destination was chosen.' })
  readonly stage?: 'routing';

  @ApiProperty({ enum: DELIVERY_ERROR_KINDS, required: false })
  readonly errorKind?: string;

  @ApiProperty({ example: '21211', description: 'Empty if the failures have no vendor code.' })
  readonly vendorCode!: string;

  @ApiProperty({ format: 'date-time' })
  readonly from!: string;

  @ApiProperty({ format: 'date-time', required: false })
  readonly to?: string;
}

/** Failed deliveries with the same cause. */
export class FailureGroupDto {
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'sms',
    description: 'Name of the destination. Null if no destination was chosen.',
  })
  readonly destination!: string | null;

  @ApiProperty({ enum: FAILURE_STATES })
  readonly status!: FailureGroup['status'];

  @ApiProperty({ enum: DELIVERY_ERROR_KINDS, nullable: true, description: 'Error kind of the last attempt.' })
  readonly errorKind!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '21211',
    description: "Vendor's code for the error. Null if there is none.",
  })
  readonly vendorCode!: string | null;

  @ApiProperty({ type: 'integer' })
  readonly count!: number;

  @ApiProperty({ format: 'date-time', description: 'Time at which the first of the deliveries ended.' })
  readonly firstAt!: string;

  @ApiProperty({ format: 'date-time', description: 'Time at which the last of the deliveries ended.' })
  readonly lastAt!: string;

  @ApiProperty({ type: FailureExampleDto, description: 'Newest delivery of the group.' })
  readonly example!: FailureExampleDto;

  @ApiProperty({ type: FailureGroupFilterDto })
  readonly filter!: FailureGroupFilterDto;
}

/** Failures of a time range by cause. */
export class FailuresDto {
  @ApiProperty({ format: 'date-time' })
  readonly from!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly to!: string | null;

  @ApiProperty({ type: [FailureGroupDto], description: 'Most frequent cause first.' })
  readonly data!: readonly FailureGroupDto[];

  @ApiProperty({
    description: 'False if there are so many failures that only the newest were counted. Choose a shorter time range.',
  })
  readonly countIsExact!: boolean;
}

/** Builds the view of a group of failures in a time range. Times are in ISO 8601. */
export function failureGroupView(group: FailureGroup, from: string, to: string | null): FailureGroupDto {
  const { destination, status, errorKind, vendorCode, count, firstAt, lastAt, example } = group;
  return {
    ...{ destination, status, errorKind, vendorCode, count, example },
    firstAt: isoTime(firstAt),
    lastAt: isoTime(lastAt),
    filter: {
      ...{ status, vendorCode: vendorCode ?? '', from },
      ...(destination === null ? { stage: 'routing' as const } : { destination }),
      ...(errorKind === null ? {} : { errorKind }),
      ...(to === null ? {} : { to }),
    },
  };
}
