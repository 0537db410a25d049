import { ApiProperty } from '@nestjs/swagger';
import { DELIVERY_STATES, type DeliveryStatus } from '@patchbay/core';
import { DELIVERY_ERROR_KINDS, VENDOR_STATUSES, type DeliveryErrorKind } from '@patchbay/plugin-sdk';
import { PageDto } from '../common/page.dto.js';

/** What a delivery can be, as people see it. */
export const DELIVERY_STATUSES: readonly DeliveryStatus[] = [...DELIVERY_STATES, 'held'];

/** A delivery in a list. */
export class DeliverySummaryDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ format: 'uuid' })
  readonly eventId!: string;

  @ApiProperty({ example: 'pointsIssued' })
  readonly eventType!: string;

  @ApiProperty({ type: String, nullable: true })
  readonly customerId!: string | null;

  @ApiProperty({ example: 'sms', description: 'The name of its destination.' })
  readonly destination!: string;

  @ApiProperty({ example: 'points-sms', description: 'The name of its subscription.' })
  readonly subscription!: string;

  @ApiProperty({ enum: DELIVERY_STATUSES, description: 'held: it waits for its paused destination.' })
  readonly status!: DeliveryStatus;

  @ApiProperty({ type: String, nullable: true, description: 'Why it ended so, or what it waits for.' })
  readonly reason!: string | null;

  @ApiProperty({
    description: "Which step of its subscription's fallback it is; 0 is the subscription's own destination.",
  })
  readonly step!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Trigger that started the next step of the fallback; null if it was not started.',
  })
  readonly nextStepTrigger!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The digest delivery that it was merged into.' })
  readonly mergedInto!: string | null;

  @ApiProperty({ description: 'It is being attempted right now.' })
  readonly inFlight!: boolean;

  @ApiProperty({ description: 'All attempts so far.' })
  readonly attemptCount!: number;

  @ApiProperty({ description: 'Attempts that count for the retry schedule: throttled ones do not.' })
  readonly countedAttempts!: number;

  @ApiProperty({ enum: DELIVERY_ERROR_KINDS, nullable: true, description: 'Of the last attempt; null: it was taken.' })
  readonly errorKind!: string | null;

  @ApiProperty({ type: String, nullable: true, description: "The vendor's own id of the message." })
  readonly externalId!: string | null;

  @ApiProperty({
    enum: VENDOR_STATUSES,
    nullable: true,
    description: 'State of the message at the vendor, from its status updates.',
  })
  readonly vendorStatus!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly vendorStatusAt!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'The next attempt; null once it ended.',
  })
  readonly dueAt!: string | null;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  readonly updatedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly endedAt!: string | null;
}

/** A page of deliveries, the newest first. */
export class DeliveryPageDto extends PageDto {
  @ApiProperty({ type: [DeliverySummaryDto] })
  readonly data!: readonly DeliverySummaryDto[];
}

/** Where an attempt went to, redacted. What was sent there is not kept; preview renders it. */
export class AttemptRequestDto {
  @ApiProperty({ example: 'POST' })
  readonly method!: string;

  @ApiProperty({
    example: 'https://api.example/messages',
    description: 'Without its query, and with … for ids in its path.',
  })
  readonly url!: string;
}

/** What a vendor answered, redacted. */
export class VendorResponseDto {
  @ApiProperty({ example: 400 })
  readonly status!: number;

  @ApiProperty({ type: String, nullable: true })
  readonly body!: string | null;
}

/** One attempt of a delivery. */
export class AttemptDto {
  @ApiProperty({ description: 'From 1; counts every attempt.' })
  readonly number!: number;

  @ApiProperty({ format: 'date-time' })
  readonly startedAt!: string;

  @ApiProperty({ description: 'Milliseconds.' })
  readonly durationMs!: number;

  @ApiProperty({ enum: ['accepted', ...DELIVERY_ERROR_KINDS] })
  readonly outcome!: 'accepted' | DeliveryErrorKind;

  @ApiProperty({ type: String, nullable: true, description: 'What went wrong and how to fix it.' })
  readonly message!: string | null;

  @ApiProperty({ type: String, nullable: true })
  readonly vendorCode!: string | null;

  @ApiProperty({ type: AttemptRequestDto, nullable: true, description: 'Null where nothing was asked for.' })
  readonly request!: AttemptRequestDto | null;

  @ApiProperty({ type: VendorResponseDto, nullable: true })
  readonly response!: VendorResponseDto | null;
}

/** A delivery with its attempts. */
export class DeliveryDto extends DeliverySummaryDto {
  @ApiProperty({ type: [AttemptDto], description: 'In order.' })
  readonly attempts!: readonly AttemptDto[];
}
