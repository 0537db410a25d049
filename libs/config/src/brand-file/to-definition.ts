import {
  DEFAULT_RETRY_SCHEDULE_MS,
  type BrandDefinition,
  type DestinationSpec,
  type OrderingSpec,
  type PrivacyPolicy,
  type RetentionDays,
  type RetryPolicy,
  type RouteEntrySpec,
  type SourceAuth,
  type SourceSpec,
  type SubscriptionSpec,
} from '@patchbay/core';
import type { BrandFileContent, DestinationContent, SourceContent, SubscriptionContent } from './brand-file-content.js';
import { parseDuration } from './parse-duration.js';
import { toCaps, toDestinationMessaging, toMessaging } from './messaging-definition.js';
import { toEnrichment, toPlatform, toResolver } from './lookup-definition.js';

const RETENTION: Readonly<Record<NonNullable<BrandFileContent['retention']>, RetentionDays>> = {
  '7d': 7,
  '30d': 30,
  '90d': 90,
  '400d': 400,
};

/** Converts the content of a brand file to a definition with defaults. Mapping files must already be inlined. */
export function toDefinition(content: BrandFileContent): BrandDefinition {
  const { platform } = content;
  const enrichment = toEnrichment(content.enrichment, platform);
  return {
    brand: content.brand,
    timezone: content.timezone ?? 'UTC',
    privacy: toPrivacy(content.privacy),
    retentionDays: RETENTION[content.retention ?? '30d'],
    recipients: toRecipients(content, enrichment),
    ...(enrichment === undefined ? {} : { enrichment }),
    ...(platform === undefined ? {} : { platform: toPlatform(platform) }),
    ...(content.messaging?.caps === undefined ? {} : { caps: toCaps(content.messaging.caps) }),
    sources: Object.entries(content.sources ?? {}).map(toSource),
    destinations: Object.entries(content.destinations ?? {}).map(toDestination),
    subscriptions: Object.entries(content.subscriptions ?? {}).map(toSubscription),
  };
}

/**
 * Returns the default order of the sources of recipient data: all sources that the brand has, the cheapest source
 * first.
 */
export function defaultOrder(has: {
  readonly enrichment: unknown;
  readonly resolver: unknown;
}): BrandDefinition['recipients']['order'] {
  return [
    'event' as const,
    ...(has.enrichment === undefined ? [] : ['enriched' as const]),
    ...(has.resolver === undefined ? [] : ['resolver' as const]),
  ];
}

function toRecipients(
  { recipients }: BrandFileContent,
  enrichment: BrandDefinition['enrichment'],
): BrandDefinition['recipients'] {
  const { resolver, consent, transactionalConsent } = recipients ?? {};
  return {
    order: recipients?.order ?? defaultOrder({ enrichment, resolver }),
    ...(resolver === undefined ? {} : { resolver: toResolver(resolver) }),
    ...(consent === undefined ? {} : { consent }),
    ...(transactionalConsent === undefined ? {} : { transactionalConsent }),
  };
}

function toPrivacy(privacy: BrandFileContent['privacy'] = 'standard'): PrivacyPolicy {
  if (typeof privacy === 'string') return { mode: privacy, keep: [], personal: [] };
  return { mode: privacy.mode, keep: privacy.keep ?? [], personal: privacy.personal ?? [] };
}

function toSource([name, source]: [string, SourceContent]): SourceSpec {
  return {
    name,
    adapter: source.adapter,
    auth: toAuth(source.auth ?? {}),
    ...(source.paths === undefined ? {} : { paths: source.paths }),
    ...(source.customer === undefined ? {} : { customer: source.customer }),
    ...(source.limits === undefined ? {} : { limits: source.limits }),
    ...(source.files === undefined ? {} : { files: source.files }),
  };
}

function toAuth({ headers, ...others }: NonNullable<SourceContent['auth']>): SourceAuth {
  if (headers === undefined) return others;
  const lowered = Object.entries(headers).map(([name, values]) => [name.toLowerCase(), values] as const);
  return { ...others, headers: Object.fromEntries(lowered) };
}

function toDestination([name, destination]: [string, DestinationContent]): DestinationSpec {
  return {
    name,
    ...(destination.renamedFrom === undefined ? {} : { renamedFrom: destination.renamedFrom }),
    type: destination.type,
    credentials: destination.credentials ?? {},
    settings: destination.settings ?? {},
    limits: destination.limits ?? {},
    retry: toRetry(destination.retry),
    ...(destination.messaging === undefined ? {} : { messaging: toDestinationMessaging(destination.messaging) }),
  };
}

function toRetry(retry: DestinationContent['retry'] = {}): RetryPolicy {
  return {
    scheduleMs: retry.schedule?.map(parseDuration) ?? DEFAULT_RETRY_SCHEDULE_MS,
    ...(retry.onUnconfirmed === undefined ? {} : { onUnconfirmed: retry.onUnconfirmed }),
    ...(retry.pauseAfter === undefined ? {} : { pauseAfterMs: parseDuration(retry.pauseAfter) }),
  };
}

function toSubscription([name, subscription]: [string, SubscriptionContent]): SubscriptionSpec {
  const { mapping, when, destination, route, enrich, ordering, supersede, messaging } = subscription;
  return {
    name,
    source: subscription.source,
    events: subscription.events,
    ...(when === undefined ? {} : { when }),
    ...(destination === undefined ? {} : { destination }),
    ...(route === undefined ? {} : { route: route.map(toRouteEntry) }),
    ...(enrich === undefined ? {} : { enrich }),
    ...(typeof mapping === 'object' ? { mapping } : {}),
    ...(ordering === undefined ? {} : { ordering: toOrdering(ordering) }),
    ...(supersede === undefined ? {} : { supersede }),
    ...(messaging === undefined ? {} : { messaging: toMessaging(messaging) }),
  };
}

function toRouteEntry({ mapping, ...entry }: NonNullable<SubscriptionContent['route']>[number]): RouteEntrySpec {
  return { ...entry, ...(typeof mapping === 'object' ? { mapping } : {}) };
}

function toOrdering(ordering: NonNullable<SubscriptionContent['ordering']>): OrderingSpec {
  if (typeof ordering === 'string') return { by: ordering, paths: [], onDead: 'skip' };
  return { by: ordering.by, paths: ordering.paths ?? [], onDead: ordering.onDead ?? 'skip' };
}
