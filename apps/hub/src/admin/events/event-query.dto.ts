import { ApiPropertyOptional } from '@nestjs/swagger';
import type { EventFilter } from '@patchbay/core';
import { IsIn } from 'class-validator';
import { Optional } from '../../http/optional.js';
import { FilterText } from '../common/filter-text.decorator.js';
import { timeRange, TimeRangeQuery } from '../common/time-range.dto.js';

const STATUSES = ['accepted', 'quarantined'] as const;

/** Which events. */
export class EventQuery extends TimeRangeQuery {
  @ApiPropertyOptional({ example: 'pointsIssued' })
  @FilterText()
  readonly type?: string;

  @ApiPropertyOptional({
    description:
      'The id of any customer that the event names. For a pii-less brand also the e-mail address or phone number (with +) ' +
      'of which a keyed hash is stored.',
  })
  @FilterText()
  readonly customer?: string;

  @ApiPropertyOptional({ enum: STATUSES })
  @Optional()
  @IsIn(STATUSES)
  readonly status?: (typeof STATUSES)[number];
}

/** The query as the store takes it. */
export function eventFilter(query: EventQuery): EventFilter {
  const { type, customer, status } = query;
  return {
    ...timeRange(query),
    ...(type === undefined ? {} : { type }),
    ...(customer === undefined ? {} : { customer }),
    ...(status === undefined ? {} : { status }),
  };
}
