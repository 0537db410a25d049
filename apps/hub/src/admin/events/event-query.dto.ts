import { ApiPropertyOptional } from '@nestjs/swagger';
import { EVENT_STATUSES, type EventFilter, type EventStatus } from '@patchbay/core';
import { IsIn } from 'class-validator';
import { Optional } from '../../http/dto-fields.js';
import { FilterChoices, FilterText, FilterTexts } from '../common/filter-text.decorator.js';
import { timeRange, TimeRangeQuery } from '../common/time-range.dto.js';

/** Filter and page of events. */
export class EventQuery extends TimeRangeQuery {
  @ApiPropertyOptional({ type: [String], example: ['pointsIssued'], description: 'Event types; any of them matches.' })
  @FilterTexts()
  readonly type?: readonly string[];

  @ApiPropertyOptional({ type: [String], example: ['capillary'], description: 'Names of sources; any matches.' })
  @FilterTexts()
  readonly source?: readonly string[];

  @ApiPropertyOptional({
    type: [String],
    description:
      "Sender's ids of events; any matches. Events of the last 30 days are found by an index. For older events, give " +
      'a time range, or expect short pages that end after two seconds of searching.',
  })
  @FilterTexts()
  readonly sourceEventId?: readonly string[];

  @ApiPropertyOptional({
    description:
      'Id of any customer that the event names. For a `pii-less` brand also an e-mail address or a phone number ' +
      'with +, if the brand stores its keyed hash.',
  })
  @FilterText()
  readonly customer?: string;

  @ApiPropertyOptional({ enum: EVENT_STATUSES, isArray: true, description: 'States of events; any matches.' })
  @FilterChoices(EVENT_STATUSES)
  readonly status?: readonly EventStatus[];
}

/** Converts the query to a filter of the store. */
export function eventFilter(query: EventQuery): EventFilter {
  const { type, source, sourceEventId, customer, status } = query;
  return {
    ...timeRange(query),
    ...(type === undefined ? {} : { type }),
    ...(source === undefined ? {} : { source }),
    ...(sourceEventId === undefined ? {} : { sourceEventId }),
    ...(customer === undefined ? {} : { customer }),
    ...(status === undefined ? {} : { status }),
  };
}

const CHOICES = ['true', 'false'] as const;

/** Option that shows personal values. */
export class RevealQuery {
  @ApiPropertyOptional({
    enum: CHOICES,
    default: 'false',
    description:
      'Show personal values unmasked. Requires a key with `reveal`; each access is recorded in the audit log.',
  })
  @Optional()
  @IsIn(CHOICES)
  readonly reveal?: (typeof CHOICES)[number];
}
