import { ApiProperty } from '@nestjs/swagger';
import {
  countOutcomes,
  EVENT_ORIGINS,
  splitOrigin,
  SUBSCRIPTION_OUTCOMES,
  type SubscriptionOutcomeKind,
  withPersonal,
  type DeliverySummary,
  type EventOrigin,
  type EventSummary,
  type PersonalValue,
  type StoredEvent,
  type SubscriptionOutcome,
} from '@patchbay/core';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { EventOutcomesDto } from '../common/delivery-outcomes.dto.js';
import { PageDto } from '../common/page.dto.js';
import { DeliverySummaryDto, deliverySummaryView } from '../deliveries/delivery.dto.js';
import { masked } from '../common/mask.js';
import { isoTime, isoTimeOrNull } from '../common/time-range.dto.js';

/** An event in a list. */
export class EventSummaryDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'pointsIssued' })
  readonly type!: string;

  @ApiProperty({ example: 'capillary', description: 'Name of the source.' })
  readonly source!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      "Customer of the event: the identifier that the source's `customer` picks, or the platform's id. Null if it names none.",
  })
  readonly customerId!: string | null;

  @ApiProperty({ format: 'date-time' })
  readonly occurredAt!: string;

  @ApiProperty({ format: 'date-time' })
  readonly receivedAt!: string;

  @ApiProperty({ enum: ['accepted', 'quarantined'], description: '`quarantined`: the body could not be read.' })
  readonly status!: 'accepted' | 'quarantined';

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Time at which its content was erased together with a customer. Null if it was not erased.',
  })
  readonly erasedAt!: string | null;

  @ApiProperty({ type: EventOutcomesDto, description: 'The latest delivery of each subscription counts.' })
  readonly outcome!: EventOutcomesDto;
}

/** A page of events, newest first. */
export class EventPageDto extends PageDto {
  @ApiProperty({ type: [EventSummaryDto] })
  readonly data!: readonly EventSummaryDto[];
}

/** The clause of a filter that failed. */
export class FailedClauseDto {
  @ApiProperty({
    example: 'data.totalPointsIssued',
    description: 'Path of the clause. Empty if the operator combines several clauses.',
  })
  readonly path!: string;

  @ApiProperty({ example: '$gte' })
  readonly operator!: string;

  @ApiProperty({ description: 'Expected value; any JSON.', example: 50 })
  readonly expected!: unknown;

  @ApiProperty({
    description: 'Actual value. For a string, a list or an object only its kind; never a personal value.',
  })
  readonly actual!: unknown;
}

/** An entry of a route and what became of it. Contains no values that its clauses compare. */
export class ExplainedEntryDto {
  @ApiProperty({ type: 'integer', description: 'Number of the entry, starting at 1.' })
  readonly entry!: number;

  @ApiProperty({ type: String, nullable: true, example: 'push', description: 'Null if it was deleted.' })
  readonly destination!: string | null;

  @ApiProperty({
    type: [String],
    example: ['enriched.customer.tier'],
    description: 'Paths that its clauses read. Empty if the entry matches every event.',
  })
  readonly paths!: readonly string[];

  @ApiProperty({
    type: Boolean,
    nullable: true,
    description: 'True for the chosen entry, false if the entry did not match. Null if it was not evaluated.',
  })
  readonly matched!: boolean | null;
}

/** Outcome of an event for one subscription. */
export class SubscriptionOutcomeDto {
  @ApiProperty({ example: 'points-sms' })
  readonly name!: string;

  @ApiProperty({
    enum: SUBSCRIPTION_OUTCOMES,
    description:
      '`matched`: see `delivery`. Any other value is the reason for which the subscription did not take the event.',
  })
  readonly outcome!: SubscriptionOutcomeKind;

  @ApiProperty({
    type: String,
    nullable: true,
    description: "Explanation of the outcome, or the reason of the delivery's final state. Null if there is none.",
  })
  readonly reason!: string | null;

  @ApiProperty({
    example: 'data.totalPointsIssued is 49, but the filter requires $gte 50.',
    description: 'What became of the event for this subscription, in one sentence without personal values.',
  })
  readonly explanation!: string;

  @ApiProperty({
    type: [String],
    nullable: true,
    description: 'Event types that the subscription takes, if `outcome` is `eventType`. Else null.',
  })
  readonly eventTypes!: readonly string[] | null;

  @ApiProperty({ type: FailedClauseDto, nullable: true })
  readonly clause!: FailedClauseDto | null;

  @ApiProperty({
    type: [ExplainedEntryDto],
    nullable: true,
    description: 'Entries of the route. Null if the subscription has no route or there is no delivery.',
  })
  readonly route!: readonly ExplainedEntryDto[] | null;

  @ApiProperty({ type: DeliverySummaryDto, nullable: true, description: 'Latest delivery. Null if there is none.' })
  readonly delivery!: DeliverySummaryDto | null;

  @ApiProperty({ type: [DeliverySummaryDto], description: 'All deliveries, oldest first, including those of replays.' })
  readonly deliveries!: readonly DeliverySummaryDto[];
}

/** Origin of an event that did not arrive in a call. */
export class EventOriginDto {
  @ApiProperty({
    enum: EVENT_ORIGINS,
    description: "`import`: the import of a file. `logCheck`: a check of Capillary's log.",
  })
  readonly kind!: EventOrigin['kind'];

  @ApiProperty({ format: 'uuid', description: 'Id of the import, or of the check.' })
  readonly id!: string;

  @ApiProperty({ description: 'True if the hub had missed the event.' })
  readonly recovered!: boolean;
}

/** A stored event and its outcome for each subscription. */
export class EventDto extends EventSummaryDto {
  @ApiProperty({ description: "Sender's id of the event, or a hash of the body if it has none." })
  readonly sourceEventId!: string;

  @ApiProperty({ type: [String], description: 'All customers that the event names.' })
  readonly customerIds!: readonly string[];

  @ApiProperty({ type: 'object', additionalProperties: true, description: "Identifiers from the sender's envelope." })
  readonly attributes!: JsonObject;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Content of the event. Personal values are masked.',
  })
  readonly data!: JsonObject;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Reason for which the body could not be read. Null if it was read.',
  })
  readonly quarantineReason!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Received body of a quarantined event, in base64. Null unless `reveal` is set.',
  })
  readonly body!: string | null;

  @ApiProperty({ type: EventOriginDto, nullable: true, description: 'Null if the event arrived in a call.' })
  readonly origin!: EventOriginDto | null;

  @ApiProperty({ description: 'Revision of the configuration that routed the event.' })
  readonly configRevision!: number;

  @ApiProperty({
    type: [SubscriptionOutcomeDto],
    description: 'Outcome for each subscription of the brand at that revision.',
  })
  readonly subscriptions!: readonly SubscriptionOutcomeDto[];
}

/** Builds the view of an event in a list. @param deliveries all deliveries of the event */
export function eventSummaryView(event: EventSummary, deliveries: readonly DeliverySummary[]): EventSummaryDto {
  return {
    id: event.id,
    type: event.type,
    source: event.source,
    customerId: event.customerKey,
    occurredAt: isoTime(event.occurredAt),
    receivedAt: isoTime(event.receivedAt),
    status: event.status,
    erasedAt: isoTimeOrNull(event.erasedAt),
    outcome: countOutcomes(deliveries),
  };
}

/** Builds the view of an event with its outcomes. Personal values are masked, their paths remain. */
export function eventView(
  event: StoredEvent,
  personal: readonly PersonalValue[],
  outcomes: readonly SubscriptionOutcome[],
): EventDto {
  return { ...viewOf(event, outcomes), ...contentOf(event, personal, masked), body: null };
}

/**
 * Builds the view of an event with its personal values. Record the access in the audit log first.
 * @param body received body of a quarantined event, in base64; null if the hub could parse the event
 */
export function revealedEventView(
  event: StoredEvent,
  personal: readonly PersonalValue[],
  outcomes: readonly SubscriptionOutcome[],
  body: string | null,
): EventDto {
  return { ...viewOf(event, outcomes), ...contentOf(event, personal), body };
}

function contentOf(...event: Parameters<typeof withPersonal>): Pick<EventDto, 'data' | 'attributes' | 'origin'> {
  const content = withPersonal(...event);
  return { data: content.data, ...splitOrigin(content.attributes) };
}

function viewOf(
  event: StoredEvent,
  outcomes: readonly SubscriptionOutcome[],
): Omit<EventDto, 'data' | 'attributes' | 'origin' | 'body'> {
  return {
    ...eventSummaryView(
      event,
      outcomes.flatMap(({ deliveries }) => deliveries),
    ),
    sourceEventId: event.sourceEventId,
    customerIds: event.customerIds,
    quarantineReason: event.quarantineReason,
    configRevision: event.configRevision,
    subscriptions: outcomes.map(outcomeView),
  };
}

/** Builds the view of an event's outcome for one subscription. */
export function outcomeView({ delivery, deliveries, ...outcome }: SubscriptionOutcome): SubscriptionOutcomeDto {
  return {
    ...outcome,
    delivery: delivery === null ? null : deliverySummaryView(delivery),
    deliveries: deliveries.map(deliverySummaryView),
  };
}
