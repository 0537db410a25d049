import { ApiPropertyOptional } from '@nestjs/swagger';
import type { EventFilter } from '@patchbay/core';
import { IsIn } from 'class-validator';
import { Optional } from '../../http/dto-fields.js';
import { FilterText } from '../common/filter-text.decorator.js';
import { timeRange, TimeRangeQuery } from '../common/time-range.dto.js';

const STATUSES = ['accepted', 'quarantined'] as const;

/** Filter and page of events. */
export class EventQuery extends TimeRangeQuery {
  @ApiPropertyOptional({ example: 'pointsIssued' })
  @FilterText()
  readonly type?: string;

  @ApiPropertyOptional({
    description:
      'Id of any customer that the event names. For a `pii-less` brand also an e-mail address or a phone number ' +
      'with +, if the brand stores its keyed hash.',
  })
  @FilterText()
  readonly customer?: string;

  @ApiPropertyOptional({ enum: STATUSES })
  @Optional()
  @IsIn(STATUSES)
  readonly status?: (typeof STATUSES)[number];
}

/** Converts the query to a filter of the store. */
export function eventFilter(query: EventQuery): EventFilter {
  const { type, customer, status } = query;
  return {
    ...timeRange(query),
    ...(type === undefined ? {} : { type }),
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
