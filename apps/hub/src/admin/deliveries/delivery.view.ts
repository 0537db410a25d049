import type { AttemptRecord, DeliverySummary, StoredDelivery } from '@patchbay/core';
import { isoTime, isoTimeOrNull } from '../common/time.view.js';
import type { AttemptDto, DeliveryDto, DeliverySummaryDto } from './delivery.dto.js';

/** Builds the view of a delivery in a list. */
export function deliverySummaryView(delivery: DeliverySummary): DeliverySummaryDto {
  return {
    id: delivery.id,
    eventId: delivery.eventId,
    eventType: delivery.eventType,
    customerId: delivery.customerId,
    destination: delivery.destination,
    subscription: delivery.subscription,
    status: delivery.status,
    reason: delivery.reason,
    step: delivery.step,
    nextStepTrigger: delivery.nextStepTrigger,
    mergedInto: delivery.mergedInto,
    inFlight: delivery.inFlight,
    attemptCount: delivery.attempts,
    countedAttempts: delivery.countedAttempts,
    errorKind: delivery.errorKind,
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

function attemptView({ response, startedAt, ...attempt }: AttemptRecord): AttemptDto {
  return {
    number: attempt.number,
    startedAt: isoTime(startedAt),
    durationMs: attempt.durationMs,
    outcome: attempt.outcome,
    message: attempt.message,
    vendorCode: attempt.vendorCode,
    request: attempt.request,
    response: response === null ? null : { status: response.status, body: response.body ?? null },
  };
}
