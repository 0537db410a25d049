import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { DeliverySummary, EventFilter, SubscriptionOutcome } from '@patchbay/core';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { Optional } from '../../http/dto-fields.js';
import { FilterTexts } from '../common/filter-text.decorator.js';
import { PageDto } from '../common/page.dto.js';
import { isoTimeOrNull, timeRange, TimeRangeQuery } from '../common/time-range.dto.js';
import { EventSummaryDto, eventSummaryView, outcomeView, SubscriptionOutcomeDto } from '../events/event.dto.js';
import type { EventExplanation } from '../events/event-explainer.service.js';

/** Filter and page of a customer's timeline. */
export class TimelineQuery extends TimeRangeQuery {
  @ApiPropertyOptional({
    type: Number,
    minimum: 1,
    maximum: 50,
    default: 20,
    description: 'Maximum number of events per page.',
  })
  @Optional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(50)
  override readonly limit: number = 20;

  @ApiPropertyOptional({ type: [String], example: ['pointsIssued'], description: 'Event types; any of them matches.' })
  @FilterTexts()
  readonly type?: readonly string[];

  @ApiPropertyOptional({
    type: [String],
    example: ['points-sms'],
    description: 'Names of subscriptions to show. Events are shown even if none of these subscriptions took them.',
  })
  @FilterTexts()
  readonly subscription?: readonly string[];
}

/** Outcome of an event for one subscription, with the time until which it waits. */
export class TimelineOutcomeDto extends SubscriptionOutcomeDto {
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Time of the next attempt, if the latest delivery waits. Null otherwise.',
  })
  readonly until!: string | null;
}

/** Event of a customer, and what each subscription did with it. */
export class TimelineEventDto extends EventSummaryDto {
  @ApiProperty({ type: [TimelineOutcomeDto] })
  readonly subscriptions!: readonly TimelineOutcomeDto[];
}

/** Page of a customer's events, newest first. */
export class TimelineDto extends PageDto {
  @ApiProperty({ description: 'Id of the customer as the brand stores it.' })
  readonly customerId!: string;

  @ApiProperty({ type: [TimelineEventDto] })
  readonly data!: readonly TimelineEventDto[];
}

/** Converts the query to a filter of the customer's events. */
export function timelineFilter(query: TimelineQuery, customer: string): EventFilter {
  return { ...timeRange(query), customer, ...(query.type === undefined ? {} : { type: query.type }) };
}

/** Builds the view of an event in a timeline. @param named names of the subscriptions to show; left out for all */
export function timelineEventView(
  { event, outcomes }: EventExplanation,
  named: readonly string[] | undefined,
): TimelineEventDto {
  const shown = outcomes.filter(({ name }) => named?.includes(name) ?? true);
  return {
    ...eventSummaryView(
      event,
      outcomes.flatMap(({ deliveries }) => deliveries),
    ),
    subscriptions: shown.map(timelineOutcomeView),
  };
}

function timelineOutcomeView(outcome: SubscriptionOutcome): TimelineOutcomeDto {
  return { ...outcomeView(outcome), until: isoTimeOrNull(waitsUntil(outcome.delivery)) };
}

function waitsUntil(delivery: DeliverySummary | null): number | null {
  return delivery === null || delivery.inFlight ? null : delivery.dueAt;
}
