import { ApiProperty } from '@nestjs/swagger';
import {
  DELIVERY_STATES,
  DELIVERY_EXPLANATIONS,
  DELIVERY_STAGES,
  describeDelivery,
  explainDelivery,
  type DeliveryExplanationCode,
  type DeliveryStage,
  type DeliveryStatus,
  type AttemptRecord,
  type BatchPlace,
  type DeliverySummary,
  type StoredDelivery,
} from '@patchbay/core';
import { DELIVERY_ERROR_KINDS, VENDOR_STATUSES, type DeliveryErrorKind } from '@patchbay/plugin-sdk';
import { PageDto } from '../common/page.dto.js';
import { isoTime, isoTimeOrNull } from '../common/time-range.dto.js';

/** Statuses of deliveries in the API: all stored states, and `held`. */
export const DELIVERY_STATUSES: readonly DeliveryStatus[] = [...DELIVERY_STATES, 'held'];

/** Place of a message in a batch. */
export class BatchPlaceDto {
  @ApiProperty({ format: 'uuid', description: 'The same for all messages of the call.' })
  readonly id!: string;

  @ApiProperty({ description: 'Position of the message in the call, starting at 1.', example: 12 })
  readonly item!: number;

  @ApiProperty({ description: 'Number of messages in the call.', example: 75 })
  readonly size!: number;
}

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

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'sms',
    description: 'Name of the destination. Null if the subscription has a route and no destination was chosen.',
  })
  readonly destination!: string | null;

  @ApiProperty({
    enum: DELIVERY_STAGES,
    description: '`routing`: the subscription has a route and no destination was chosen. `sending`: all others.',
  })
  readonly stage!: DeliveryStage;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      'Number of the route entry that was chosen, starting at 1. Null if no entry was chosen, and for a subscription without a route.',
  })
  readonly routeEntry!: number | null;

  @ApiProperty({ example: 'points-sms', description: 'Name of the subscription.' })
  readonly subscription!: string;

  @ApiProperty({
    enum: DELIVERY_STATUSES,
    description: '`held`: the delivery waits because its destination or a lookup is paused.',
  })
  readonly status!: DeliveryStatus;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Reason for the final state, or for waiting. Null if there is none.',
  })
  readonly reason!: string | null;

  @ApiProperty({
    example: 'Not sent: cap: 3 sms per 1d, this would be number 4.',
    description: 'What became of the delivery, in one sentence without personal values.',
  })
  readonly explanation!: string;

  @ApiProperty({
    enum: DELIVERY_EXPLANATIONS,
    example: 'cap',
    description:
      'Code of `explanation`, for clients that show it in another language. `waitingFor`, `notSent` and `cancelled`: the ' +
      'value `reason` has the stored reason.',
  })
  readonly explanationCode!: DeliveryExplanationCode;

  @ApiProperty({
    type: 'object',
    additionalProperties: { oneOf: [{ type: 'string' }, { type: 'number' }] },
    example: { max: '3', channel: 'sms', period: '1d', number: '4' },
    description: 'Values of the sentence of `explanationCode`. Empty if the sentence has none.',
  })
  readonly explanationValues!: Readonly<Record<string, string | number>>;

  @ApiProperty({
    description: "Step of the subscription's fallback, starting at 1. 0 is the subscription's own destination.",
  })
  readonly step!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Trigger that started the next step of the fallback. Null if it was not started.',
  })
  readonly nextStepTrigger!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Id of the digest delivery into which this one was merged. Null if it was not merged.',
  })
  readonly mergedInto!: string | null;

  @ApiProperty({ description: 'True while an attempt is in flight.' })
  readonly inFlight!: boolean;

  @ApiProperty({ description: 'Number of all attempts.' })
  readonly attemptCount!: number;

  @ApiProperty({ description: 'True if the process that stored the event sent the message from memory, with success.' })
  readonly direct!: boolean;

  @ApiProperty({
    type: BatchPlaceDto,
    nullable: true,
    description: 'Batch in which the message was last sent. Null if it was never sent in a batch.',
  })
  readonly batch!: BatchPlaceDto | null;

  @ApiProperty({ description: 'Number of attempts that count in the retry schedule. Throttled attempts do not count.' })
  readonly countedAttempts!: number;

  @ApiProperty({
    enum: DELIVERY_ERROR_KINDS,
    nullable: true,
    description: 'Error kind of the last attempt. Null if it was accepted.',
  })
  readonly errorKind!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '21211',
    description: "Vendor's code for the error of the last attempt. Null if there is none.",
  })
  readonly vendorCode!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: "Vendor's id of the message. Null if the vendor returned none.",
  })
  readonly externalId!: string | null;

  @ApiProperty({
    enum: VENDOR_STATUSES,
    nullable: true,
    description: 'State of the message at the vendor, from its status updates. Null if there was none.',
  })
  readonly vendorStatus!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly vendorStatusAt!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Time of the next attempt. Null if the delivery has ended.',
  })
  readonly dueAt!: string | null;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  readonly updatedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly endedAt!: string | null;
}

/** A page of deliveries, newest first. */
export class DeliveryPageDto extends PageDto {
  @ApiProperty({ type: [DeliverySummaryDto] })
  readonly data!: readonly DeliverySummaryDto[];
}

/** Request of an attempt, redacted. Its body is not stored; use preview to render the message. */
export class AttemptRequestDto {
  @ApiProperty({ example: 'POST' })
  readonly method!: string;

  @ApiProperty({
    example: 'https://api.example/messages',
    description: 'URL without its query. Ids in the path are replaced by ….',
  })
  readonly url!: string;
}

/** Vendor's response, redacted. */
export class VendorResponseDto {
  @ApiProperty({ example: 400 })
  readonly status!: number;

  @ApiProperty({ type: String, nullable: true })
  readonly body!: string | null;
}

/** An attempt of a delivery. */
export class AttemptDto {
  @ApiProperty({ description: 'Number of the attempt, starting at 1. Every attempt counts.' })
  readonly number!: number;

  @ApiProperty({ format: 'date-time' })
  readonly startedAt!: string;

  @ApiProperty({ description: 'Duration of the attempt, in milliseconds.' })
  readonly durationMs!: number;

  @ApiProperty({ enum: ['accepted', ...DELIVERY_ERROR_KINDS] })
  readonly outcome!: 'accepted' | DeliveryErrorKind;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Cause of the failure and how to fix it. Null if there is none.',
  })
  readonly message!: string | null;

  @ApiProperty({ type: String, nullable: true })
  readonly vendorCode!: string | null;

  @ApiProperty({ type: AttemptRequestDto, nullable: true, description: 'Null if no request was sent.' })
  readonly request!: AttemptRequestDto | null;

  @ApiProperty({ type: VendorResponseDto, nullable: true })
  readonly response!: VendorResponseDto | null;

  @ApiProperty({
    description: 'True if the process that stored the event sent the message from memory, without a claim.',
  })
  readonly direct!: boolean;

  @ApiProperty({
    type: BatchPlaceDto,
    nullable: true,
    description: 'Batch in which the message was sent. Null if the call had no batch.',
  })
  readonly batch!: BatchPlaceDto | null;
}

/** A delivery with its attempts. */
export class DeliveryDto extends DeliverySummaryDto {
  @ApiProperty({ type: [AttemptDto], description: 'Attempts, oldest first.' })
  readonly attempts!: readonly AttemptDto[];
}

/** Builds the view of a delivery in a list. */
export function deliverySummaryView(delivery: DeliverySummary): DeliverySummaryDto {
  const { code, values } = explainDelivery(delivery);
  return {
    id: delivery.id,
    eventId: delivery.eventId,
    eventType: delivery.eventType,
    customerId: delivery.customerId,
    destination: delivery.destination,
    stage: delivery.destinationId === null ? 'routing' : 'sending',
    routeEntry: delivery.routeEntry,
    subscription: delivery.subscription,
    status: delivery.status,
    reason: delivery.reason,
    explanation: describeDelivery(delivery),
    explanationCode: code,
    explanationValues: values,
    step: delivery.step,
    nextStepTrigger: delivery.nextStepTrigger,
    mergedInto: delivery.mergedInto,
    inFlight: delivery.inFlight,
    attemptCount: delivery.attempts,
    direct: delivery.direct,
    batch: batchView(delivery.batch),
    countedAttempts: delivery.countedAttempts,
    errorKind: delivery.errorKind,
    vendorCode: delivery.vendorCode,
    externalId: delivery.externalId,
    vendorStatus: delivery.vendorStatus,
    vendorStatusAt: isoTimeOrNull(delivery.vendorStatusAt),
    dueAt: isoTimeOrNull(delivery.dueAt),
    createdAt: isoTime(delivery.createdAt),
    updatedAt: isoTime(delivery.updatedAt),
    endedAt: isoTimeOrNull(delivery.endedAt),
  };
}

/** Builds the view of a delivery with its attempts. */
export function deliveryView(delivery: StoredDelivery): DeliveryDto {
  return { ...deliverySummaryView(delivery), attempts: delivery.attemptRecords.map(attemptView) };
}

function attemptView({ response, startedAt, batch, ...attempt }: AttemptRecord): AttemptDto {
  return {
    number: attempt.number,
    startedAt: isoTime(startedAt),
    durationMs: attempt.durationMs,
    outcome: attempt.outcome,
    message: attempt.message,
    vendorCode: attempt.vendorCode,
    request: attempt.request,
    response: response === null ? null : { status: response.status, body: response.body ?? null },
    direct: attempt.direct,
    batch: batchView(batch),
  };
}

function batchView(batch: BatchPlace | null): BatchPlaceDto | null {
  return batch === null ? null : { id: batch.id, item: batch.index + 1, size: batch.size };
}
