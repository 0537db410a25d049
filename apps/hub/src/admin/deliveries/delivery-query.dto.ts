import { ApiPropertyOptional } from '@nestjs/swagger';
import type { DeliveryFilter, DeliveryStatus } from '@patchbay/core';
import { DELIVERY_ERROR_KINDS, type DeliveryErrorKind } from '@patchbay/plugin-sdk';
import { IsIn } from 'class-validator';
import { Optional } from '../../http/optional.js';
import { FilterText } from '../common/filter-text.decorator.js';
import { timeRange, TimeRangeQuery } from '../common/time-range.dto.js';
import { DELIVERY_STATUSES } from './delivery.dto.js';

/** Which deliveries. */
export class DeliveryQuery extends TimeRangeQuery {
  @ApiPropertyOptional({ enum: DELIVERY_STATUSES })
  @Optional()
  @IsIn(DELIVERY_STATUSES)
  readonly status?: DeliveryStatus;

  @ApiPropertyOptional({ example: 'sms', description: 'The name of a destination.' })
  @FilterText()
  readonly destination?: string;

  @ApiPropertyOptional({ example: 'points-sms', description: 'The name of a subscription.' })
  @FilterText()
  readonly subscription?: string;

  @ApiPropertyOptional({ example: 'pointsIssued' })
  @FilterText()
  readonly eventType?: string;

  @ApiPropertyOptional({
    description:
      'The id of the customer that the event is about. For a pii-less brand also the e-mail address or phone number ' +
      '(with +) of which a keyed hash is stored.',
  })
  @FilterText()
  readonly customer?: string;

  @ApiPropertyOptional({ enum: DELIVERY_ERROR_KINDS, description: 'Of the last attempt.' })
  @Optional()
  @IsIn(DELIVERY_ERROR_KINDS)
  readonly errorKind?: DeliveryErrorKind;
}

/** The query as the store takes it. */
export function deliveryFilter(query: DeliveryQuery): DeliveryFilter {
  const { status, destination, subscription, eventType, customer, errorKind } = query;
  return {
    ...timeRange(query),
    ...(status === undefined ? {} : { status }),
    ...(destination === undefined ? {} : { destination }),
    ...(subscription === undefined ? {} : { subscription }),
    ...(eventType === undefined ? {} : { eventType }),
    ...(customer === undefined ? {} : { customer }),
    ...(errorKind === undefined ? {} : { errorKind }),
  };
}
