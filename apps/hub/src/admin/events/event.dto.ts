import { ApiProperty } from '@nestjs/swagger';
import { SUBSCRIPTION_OUTCOMES, type SubscriptionOutcomeKind } from '@patchbay/core';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { PageDto } from '../common/page.dto.js';
import { DeliverySummaryDto } from '../deliveries/delivery.dto.js';

/** An event in a list. */
export class EventSummaryDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'pointsIssued' })
  readonly type!: string;

  @ApiProperty({ example: 'capillary', description: 'The name of its source.' })
  readonly source!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The customer it is about.' })
  readonly customerId!: string | null;

  @ApiProperty({ format: 'date-time' })
  readonly occurredAt!: string;

  @ApiProperty({ format: 'date-time' })
  readonly receivedAt!: string;

  @ApiProperty({ enum: ['accepted', 'quarantined'], description: 'Quarantined: it could not be read.' })
  readonly status!: 'accepted' | 'quarantined';

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When its content was erased, because a customer it names was forgotten.',
  })
  readonly erasedAt!: string | null;
}

/** A page of events, the newest first. */
export class EventPageDto extends PageDto {
  @ApiProperty({ type: [EventSummaryDto] })
  readonly data!: readonly EventSummaryDto[];
}

/** The clause of a filter that failed. */
export class FailedClauseDto {
  @ApiProperty({ example: 'data.totalPointsIssued', description: 'Empty for a choice between several.' })
  readonly path!: string;

  @ApiProperty({ example: '$gte' })
  readonly operator!: string;

  @ApiProperty({ description: 'What the filter wants; any JSON.', example: 50 })
  readonly expected!: unknown;

  @ApiProperty({ description: 'What was there: of a text, a list or an object only its kind; never a personal value.' })
  readonly actual!: unknown;
}

/** What became of an event for one subscription. */
export class SubscriptionOutcomeDto {
  @ApiProperty({ example: 'points-sms' })
  readonly name!: string;

  @ApiProperty({
    enum: SUBSCRIPTION_OUTCOMES,
    description: 'matched: `delivery` says how it went. Else why the subscription did not want it.',
  })
  readonly outcome!: SubscriptionOutcomeKind;

  @ApiProperty({ type: String, nullable: true, description: 'The same in words, or why the delivery ended as it did.' })
  readonly reason!: string | null;

  @ApiProperty({ type: FailedClauseDto, nullable: true })
  readonly clause!: FailedClauseDto | null;

  @ApiProperty({ type: DeliverySummaryDto, nullable: true, description: 'The latest, where there are several.' })
  readonly delivery!: DeliverySummaryDto | null;

  @ApiProperty({ type: [DeliverySummaryDto], description: 'All, the oldest first: those that replays made too.' })
  readonly deliveries!: readonly DeliverySummaryDto[];
}

/** An event as it is stored, and what became of it. */
export class EventDto extends EventSummaryDto {
  @ApiProperty({ description: "The sender's own id of it, or a hash of its body." })
  readonly sourceEventId!: string;

  @ApiProperty({ type: [String], description: 'Every customer it names.' })
  readonly customerIds!: readonly string[];

  @ApiProperty({ type: 'object', additionalProperties: true, description: "Identifiers of the sender's envelope." })
  readonly attributes!: JsonObject;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'Its content; personal values are masked.' })
  readonly data!: JsonObject;

  @ApiProperty({ type: String, nullable: true, description: 'Why it could not be read.' })
  readonly quarantineReason!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The body as it came, in base64, where it could not be read; null unless it is revealed.',
  })
  readonly body!: string | null;

  @ApiProperty({ description: 'The revision of the configuration it was routed by.' })
  readonly configRevision!: number;

  @ApiProperty({ type: [SubscriptionOutcomeDto], description: 'Every subscription of the brand at that revision.' })
  readonly subscriptions!: readonly SubscriptionOutcomeDto[];
}
