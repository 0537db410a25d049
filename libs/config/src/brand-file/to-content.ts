import {
  DEFAULT_RETRY_SCHEDULE_MS,
  formatDuration,
  type BrandDefinition,
  type DestinationSpec,
  type RetryPolicy,
  type SourceSpec,
  type SubscriptionSpec,
} from '@patchbay/core';
import type { BrandFileContent, DestinationContent, SourceContent, SubscriptionContent } from './brand-file-content.js';
import { capsContent, destinationMessagingContent, messagingContent } from './messaging-definition.js';
import { enrichmentContent, platformContent, resolverContent } from './lookup-content.js';
import { defaultOrder } from './to-definition.js';

/**
 * Converts a definition to the format of a brand file, with unencrypted secrets. The inverse of {@link toDefinition}.
 * Omits the order of recipients and the retry schedule if they equal the defaults.
 */
export function toContent(definition: BrandDefinition): BrandFileContent {
  const { brand, timezone, privacy, retentionDays, platform, caps, sources, destinations, subscriptions } = definition;
  const enrichment =
    definition.enrichment === undefined ? undefined : enrichmentContent(definition.enrichment, platform);
  return {
    brand,
    timezone,
    privacy: { mode: privacy.mode, keep: privacy.keep, personal: privacy.personal },
    retention: `${retentionDays}d`,
    recipients: recipientsContent(definition),
    ...(enrichment === undefined ? {} : { enrichment }),
    ...(platform === undefined ? {} : { platform: platformContent(platform) }),
    ...(caps === undefined ? {} : { messaging: { caps: capsContent(caps) } }),
    sources: Object.fromEntries(sources.map((spec) => [spec.name, sourceContent(spec)])),
    destinations: Object.fromEntries(destinations.map((spec) => [spec.name, destinationContent(spec)])),
    subscriptions: Object.fromEntries(subscriptions.map((spec) => [spec.name, subscriptionContent(spec)])),
  };
}

function recipientsContent({ recipients, enrichment }: BrandDefinition): NonNullable<BrandFileContent['recipients']> {
  const { order, resolver, consent, transactionalConsent } = recipients;
  const byDefault = defaultOrder({ enrichment, resolver });
  return {
    ...(order.join() === byDefault.join() ? {} : { order }),
    ...(resolver === undefined ? {} : { resolver: resolverContent(resolver) }),
    ...(consent === undefined ? {} : { consent }),
    ...(transactionalConsent === undefined ? {} : { transactionalConsent }),
  };
}

/** Returns the content of a subscription, in the format of a brand file. */
export function subscriptionContent({ name: _name, messaging, ...others }: SubscriptionSpec): SubscriptionContent {
  return { ...others, ...(messaging === undefined ? {} : { messaging: messagingContent(messaging) }) };
}

function sourceContent({ name: _name, auth, ...others }: SourceSpec): SourceContent {
  return { ...others, ...(Object.keys(auth).length === 0 ? {} : { auth }) };
}

function destinationContent(spec: DestinationSpec): DestinationContent {
  const { type, credentials, settings, limits, retry, messaging } = spec;
  return {
    ...{ type, credentials, settings, limits, retry: retryContent(retry) },
    ...(messaging === undefined ? {} : { messaging: destinationMessagingContent(messaging) }),
  };
}

function retryContent(retry: RetryPolicy): NonNullable<DestinationContent['retry']> {
  const { scheduleMs, onUnconfirmed, pauseAfterMs } = retry;
  const isDefault = scheduleMs.join() === DEFAULT_RETRY_SCHEDULE_MS.join();
  return {
    ...(isDefault ? {} : { schedule: scheduleMs.map(formatDuration) }),
    ...(onUnconfirmed === undefined ? {} : { onUnconfirmed }),
    ...(pauseAfterMs === undefined ? {} : { pauseAfter: formatDuration(pauseAfterMs) }),
  };
}
