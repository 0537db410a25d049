import {
  DEFAULT_RETRY_SCHEDULE_MS,
  formatDuration,
  type BrandDefinition,
  type DestinationSpec,
  type RetryPolicy,
  type SubscriptionSpec,
} from '@patchbay/core';
import type { BrandFileContent, DestinationContent, SubscriptionContent } from './brand-file-content.js';
import { capsContent, messagingContent } from './messaging-definition.js';
import { enrichmentContent, resolverContent } from './lookup-content.js';
import { defaultOrder } from './to-definition.js';

/**
 * What a file would say to mean this definition, secrets in the clear. The inverse of {@link toDefinition}: what follows
 * from the rest (the order of recipients, the schedule of attempts) is left out where it is what would follow.
 */
export function toContent(definition: BrandDefinition): BrandFileContent {
  const { brand, timezone, privacy, retentionDays, enrichment, caps, sources, destinations, subscriptions } =
    definition;
  return {
    brand,
    timezone,
    privacy: { mode: privacy.mode, keep: privacy.keep, personal: privacy.personal },
    retention: `${retentionDays}d`,
    recipients: recipientsContent(definition),
    ...(enrichment === undefined ? {} : { enrichment: enrichmentContent(enrichment) }),
    ...(caps === undefined ? {} : { messaging: { caps: capsContent(caps) } }),
    sources: Object.fromEntries(sources.map(({ name, ...says }) => [name, says])),
    destinations: Object.fromEntries(destinations.map((spec) => [spec.name, destinationContent(spec)])),
    subscriptions: Object.fromEntries(subscriptions.map((spec) => [spec.name, subscriptionContent(spec)])),
  };
}

function recipientsContent({ recipients, enrichment }: BrandDefinition): NonNullable<BrandFileContent['recipients']> {
  const { order, resolver, consent } = recipients;
  const follows = defaultOrder({ enrichment, resolver });
  return {
    ...(order.join() === follows.join() ? {} : { order }),
    ...(resolver === undefined ? {} : { resolver: resolverContent(resolver) }),
    ...(consent === undefined ? {} : { consent }),
  };
}

function subscriptionContent({ name: _name, messaging, ...says }: SubscriptionSpec): SubscriptionContent {
  return { ...says, ...(messaging === undefined ? {} : { messaging: messagingContent(messaging) }) };
}

function destinationContent({ type, credentials, settings, limits, retry }: DestinationSpec): DestinationContent {
  return { type, credentials, settings, limits, retry: retryContent(retry) };
}

function retryContent(retry: RetryPolicy): NonNullable<DestinationContent['retry']> {
  const { scheduleMs, onUnconfirmed, pauseAfterMs } = retry;
  const follows = scheduleMs.join() === DEFAULT_RETRY_SCHEDULE_MS.join();
  return {
    ...(follows ? {} : { schedule: scheduleMs.map(formatDuration) }),
    ...(onUnconfirmed === undefined ? {} : { onUnconfirmed }),
    ...(pauseAfterMs === undefined ? {} : { pauseAfter: formatDuration(pauseAfterMs) }),
  };
}
