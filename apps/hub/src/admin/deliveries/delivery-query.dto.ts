import { ApiPropertyOptional } from '@nestjs/swagger';
import {
  DELIVERY_STAGES,
  type DeliveryFilter,
  type DeliveryStage,
  type DeliveryStatus,
  type VendorStatusFilter,
} from '@patchbay/core';
import { DELIVERY_ERROR_KINDS, VENDOR_STATUSES, type DeliveryErrorKind } from '@patchbay/plugin-sdk';
import { IsIn } from 'class-validator';
import { Optional } from '../../http/dto-fields.js';
import { FilterChoices, FilterText, FilterTexts } from '../common/filter-text.decorator.js';
import { timeRange, TimeRangeQuery } from '../common/time-range.dto.js';
import { DELIVERY_STATUSES } from './delivery.dto.js';

/** Vendor statuses by which deliveries can be filtered. */
const VENDOR_STATUS_FILTERS: readonly VendorStatusFilter[] = [...VENDOR_STATUSES, 'none'];

/** Filter and page of deliveries. */
export class DeliveryQuery extends TimeRangeQuery {
  @ApiPropertyOptional({
    enum: DELIVERY_STATUSES,
    isArray: true,
    description: 'States of deliveries; any matches.',
  })
  @FilterChoices(DELIVERY_STATUSES)
  readonly status?: readonly DeliveryStatus[];

  @ApiPropertyOptional({ type: [String], example: ['sms'], description: 'Names of destinations; any matches.' })
  @FilterTexts()
  readonly destination?: readonly string[];

  @ApiPropertyOptional({
    enum: DELIVERY_STAGES,
    description: '`routing`: deliveries without a chosen destination, which `destination` leaves out.',
  })
  @Optional()
  @IsIn(DELIVERY_STAGES)
  readonly stage?: DeliveryStage;

  @ApiPropertyOptional({ type: [String], example: ['points-sms'], description: 'Names of subscriptions; any matches.' })
  @FilterTexts()
  readonly subscription?: readonly string[];

  @ApiPropertyOptional({ type: [String], example: ['capillary'], description: 'Names of sources; any matches.' })
  @FilterTexts()
  readonly source?: readonly string[];

  @ApiPropertyOptional({ type: [String], example: ['pointsIssued'], description: 'Event types; any of them matches.' })
  @FilterTexts()
  readonly eventType?: readonly string[];

  @ApiPropertyOptional({
    description:
      'Id of the customer of the event. For a `pii-less` brand also an e-mail address or a phone number with +, if ' +
      'the brand stores its keyed hash.',
  })
  @FilterText()
  readonly customer?: string;

  @ApiPropertyOptional({
    enum: DELIVERY_ERROR_KINDS,
    isArray: true,
    description: 'Error kinds of the last attempt; any matches.',
  })
  @FilterChoices(DELIVERY_ERROR_KINDS)
  readonly errorKind?: readonly DeliveryErrorKind[];

  @ApiPropertyOptional({
    type: [String],
    example: ['21211'],
    description: 'Vendor codes of the last attempt; any matches. An empty text selects failures without a code.',
  })
  @FilterTexts({ allowEmpty: true })
  readonly vendorCode?: readonly string[];

  @ApiPropertyOptional({
    enum: VENDOR_STATUS_FILTERS,
    isArray: true,
    example: ['undelivered'],
    description:
      'States of the message at the vendor; any matches. `none`: the vendor accepted the message and has reported no ' +
      'status.',
  })
  @FilterChoices(VENDOR_STATUS_FILTERS)
  readonly vendorStatus?: readonly VendorStatusFilter[];

  @ApiPropertyOptional({
    type: [String],
    example: ['recipients.resolver'],
    description:
      'Names of paused lookups, see `GET /v1/brands/{brand}/lookups`: deliveries that wait for one of them, which are `held`.',
  })
  @FilterTexts()
  readonly lookup?: readonly string[];
}

/** Converts the query to a filter of the store. */
export function deliveryFilter(query: DeliveryQuery): DeliveryFilter {
  const { status, destination, stage, subscription, source, eventType, customer } = query;
  const { errorKind, vendorCode, vendorStatus, lookup } = query;
  return {
    ...timeRange(query),
    ...(status === undefined ? {} : { status }),
    ...(destination === undefined ? {} : { destination }),
    ...(stage === undefined ? {} : { stage }),
    ...(subscription === undefined ? {} : { subscription }),
    ...(source === undefined ? {} : { source }),
    ...(eventType === undefined ? {} : { eventType }),
    ...(customer === undefined ? {} : { customer }),
    ...(errorKind === undefined ? {} : { errorKind }),
    ...(vendorCode === undefined ? {} : { vendorCode }),
    ...(vendorStatus === undefined ? {} : { vendorStatus }),
    ...(lookup === undefined ? {} : { lookup }),
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
