import {
  withPersonal,
  type EventSummary,
  type PersonalValue,
  type StoredEvent,
  type SubscriptionOutcome,
} from '@patchbay/core';
import { masked } from '../common/mask.js';
import { isoTime, isoTimeOrNull } from '../common/time.view.js';
import { deliverySummaryView } from '../deliveries/delivery.view.js';
import type { EventDto, EventSummaryDto, SubscriptionOutcomeDto } from './event.dto.js';

/** Builds the view of an event in a list. */
export function eventSummaryView(event: EventSummary): EventSummaryDto {
  return {
    id: event.id,
    type: event.type,
    source: event.source,
    customerId: event.customerId,
    occurredAt: isoTime(event.occurredAt),
    receivedAt: isoTime(event.receivedAt),
    status: event.status,
    erasedAt: isoTimeOrNull(event.erasedAt),
  };
}

/** Builds the view of an event with its outcomes. Personal values are masked, their paths remain. */
export function eventView(
  event: StoredEvent,
  personal: readonly PersonalValue[],
  outcomes: readonly SubscriptionOutcome[],
): EventDto {
  return { ...viewOf(event, outcomes), ...withPersonal(event, personal, masked), body: null };
}

/**
 * Builds the view of an event with its personal values. Record the access in the audit log first.
 * @param body received body of a quarantined event, in base64; null if the event was read
 */
export function revealedEventView(
  event: StoredEvent,
  personal: readonly PersonalValue[],
  outcomes: readonly SubscriptionOutcome[],
  body: string | null,
): EventDto {
  return { ...viewOf(event, outcomes), ...withPersonal(event, personal), body };
}

function viewOf(
  event: StoredEvent,
  outcomes: readonly SubscriptionOutcome[],
): Omit<EventDto, 'data' | 'attributes' | 'body'> {
  return {
    ...eventSummaryView(event),
    sourceEventId: event.sourceEventId,
    customerIds: event.customerIds,
    quarantineReason: event.quarantineReason,
    configRevision: event.configRevision,
    subscriptions: outcomes.map(outcomeView),
  };
}

function outcomeView({ delivery, deliveries, ...outcome }: SubscriptionOutcome): SubscriptionOutcomeDto {
  return {
    ...outcome,
    delivery: delivery === null ? null : deliverySummaryView(delivery),
    deliveries: deliveries.map(deliverySummaryView),
  };
}
