import { messagingContent } from '@patchbay/config';
import { subscriptionSpec, type CompiledConfiguration, type SubscriptionVersionRecord } from '@patchbay/core';
import { managedView } from '../common/managed.view.js';
import type { SubscriptionDto } from './subscription.dto.js';

/** Builds the API view of a subscription. Source and destinations are given by name. */
export function subscriptionView(
  subscription: SubscriptionVersionRecord,
  configuration: CompiledConfiguration,
): SubscriptionDto {
  const { messaging } = subscriptionSpec(subscription, configuration.records);
  return {
    name: subscription.name,
    version: subscription.version,
    source: configuration.source(subscription.sourceId)?.record.name ?? '',
    events: subscription.events,
    when: subscription.when,
    enrich: subscription.enrich,
    destination: configuration.destinations.get(subscription.destinationId)?.name ?? '',
    mapping: subscription.mapping,
    ordering: subscription.ordering,
    supersede: subscription.supersede,
    messaging: messaging === undefined ? null : { purpose: messaging.purpose, ...messagingContent(messaging) },
    ...managedView(subscription),
  };
}
