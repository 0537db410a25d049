import { ApiPropertyOptional } from '@nestjs/swagger';
import type { DeliveryFilter, DeliveryStatus } from '@patchbay/core';
import { DELIVERY_ERROR_KINDS, type DeliveryErrorKind } from '@patchbay/plugin-sdk';
import { IsIn } from 'class-validator';
import { Optional } from '../../http/dto-fields.js';
import { FilterText } from '../common/filter-text.decorator.js';
import { timeRange, TimeRangeQuery } from '../common/time-range.dto.js';
import { DELIVERY_STATUSES } from './delivery.dto.js';

/** Filter and page of deliveries. */
export class DeliveryQuery extends TimeRangeQuery {
  @ApiPropertyOptional({ enum: DELIVERY_STATUSES })
  @Optional()
  @IsIn(DELIVERY_STATUSES)
  readonly status?: DeliveryStatus;

  @ApiPropertyOptional({ example: 'sms', description: 'Name of a destination.' })
  @FilterText()
  readonly destination?: string;

  @ApiPropertyOptional({ example: 'points-sms', description: 'Name of a subscription.' })
  @FilterText()
  readonly subscription?: string;

  @ApiPropertyOptional({ example: 'pointsIssued' })
  @FilterText()
  readonly eventType?: string;

  @ApiPropertyOptional({
    description:
      'Id of the customer of the event. For a `pii-less` brand also an e-mail address or a phone number with +, if ' +
      'the brand stores its keyed hash.',
  })
  @FilterText()
  readonly customer?: string;

  @ApiPropertyOptional({ enum: DELIVERY_ERROR_KINDS, description: 'Error kind of the last attempt.' })
  @Optional()
  @IsIn(DELIVERY_ERROR_KINDS)
  readonly errorKind?: DeliveryErrorKind;
}

/** Converts the query to a filter of the store. */
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

/** Options of a redelivery. */
export class RedeliverQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description:
      'Send a succeeded delivery again, as a new delivery with a new idempotency key, so that vendors do not drop it ' +
      'as a duplicate.',
  })
  @Optional()
  @IsIn(['true', 'false'])
  readonly force?: 'true' | 'false';
}
