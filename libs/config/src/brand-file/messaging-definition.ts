import {
  DEFAULT_FALLBACK_TRIGGERS,
  formatDuration,
  type CancelOnSpec,
  type DestinationMessagingSpec,
  type FallbackStepSpec,
  type MessageCaps,
  type MessagingSpec,
  type QuotaSpec,
} from '@patchbay/core';
import type {
  CapsContent,
  DestinationMessagingContent,
  FallbackStepContent,
  MessagingContent,
} from './brand-file-content.js';
import { parseDuration } from './parse-duration.js';

/** Default time after sending within which a failure status still starts the next fallback step. */
const DEFAULT_AFTER_MS = 3_600_000;

/** Converts the `messaging` of a subscription to its specification with defaults. */
export function toMessaging(content: MessagingContent): MessagingSpec {
  const { purpose = 'promotional', quietHours, digest, expireAfter, sendAfter, cancelOn, fallback = [] } = content;
  return {
    purpose,
    ...(quietHours === undefined ? {} : { quietHours }),
    ...(digest === undefined ? {} : { digestMs: parseDuration(digest) }),
    ...(expireAfter === undefined ? {} : { expireAfterMs: parseDuration(expireAfter) }),
    ...(sendAfter === undefined ? {} : { sendAfterMs: parseDuration(sendAfter) }),
    ...(cancelOn === undefined ? {} : { cancelOn: toCancelOn(cancelOn) }),
    fallback: fallback.map(toStep),
  };
}

/** Converts messaging rules to the format of a brand file. The inverse of {@link toMessaging}. */
export function messagingContent(messaging: MessagingSpec): MessagingContent {
  const { purpose, quietHours, digestMs, expireAfterMs, sendAfterMs, cancelOn, fallback } = messaging;
  return {
    ...(purpose === 'promotional' ? {} : { purpose }),
    ...(quietHours === undefined ? {} : { quietHours }),
    ...(digestMs === undefined ? {} : { digest: formatDuration(digestMs) }),
    ...(expireAfterMs === undefined ? {} : { expireAfter: formatDuration(expireAfterMs) }),
    ...(sendAfterMs === undefined ? {} : { sendAfter: formatDuration(sendAfterMs) }),
    ...(cancelOn === undefined ? {} : { cancelOn: cancelOn.reference === undefined ? cancelOn.events : cancelOn }),
    ...(fallback.length === 0 ? {} : { fallback: fallback.map(stepContent) }),
  };
}

/** Converts the `messaging` of a destination to its specification. */
export function toDestinationMessaging(content: DestinationMessagingContent): DestinationMessagingSpec {
  const { sendAfter, contactInterval, quota } = content;
  return {
    ...(sendAfter === undefined ? {} : { sendAfterMs: parseDuration(sendAfter) }),
    ...(contactInterval === undefined ? {} : { contactIntervalMs: parseDuration(contactInterval) }),
    ...(quota === undefined ? {} : { quota: toQuota(quota) }),
  };
}

/** Converts messaging rules of a destination to the format of a brand file. The inverse of {@link toDestinationMessaging}. */
export function destinationMessagingContent(messaging: DestinationMessagingSpec): DestinationMessagingContent {
  const { sendAfterMs, contactIntervalMs, quota } = messaging;
  return {
    ...(sendAfterMs === undefined ? {} : { sendAfter: formatDuration(sendAfterMs) }),
    ...(contactIntervalMs === undefined ? {} : { contactInterval: formatDuration(contactIntervalMs) }),
    ...(quota === undefined ? {} : { quota: quotaContent(quota) }),
  };
}

/** Converts `messaging.caps` of a brand to its specification. */
export function toCaps(content: CapsContent): MessageCaps {
  return Object.fromEntries(
    Object.entries(content).map(([channel, { max, per }]) => [channel, { max, perMs: parseDuration(per) }]),
  );
}

/** Converts caps to the format of a brand file. The inverse of {@link toCaps}. */
export function capsContent(caps: MessageCaps): CapsContent {
  return Object.fromEntries(
    Object.entries(caps).map(([channel, { max, perMs }]) => [channel, { max, per: formatDuration(perMs) }]),
  );
}

function toQuota({ max, per, excess }: NonNullable<DestinationMessagingContent['quota']>): QuotaSpec {
  return { max, perMs: parseDuration(per), ...(excess === undefined ? {} : { excess }) };
}

function quotaContent({ max, perMs, excess }: QuotaSpec): NonNullable<DestinationMessagingContent['quota']> {
  return { max, per: formatDuration(perMs), ...(excess === undefined ? {} : { excess }) };
}

function toCancelOn(cancelOn: NonNullable<MessagingContent['cancelOn']>): CancelOnSpec {
  return 'events' in cancelOn ? cancelOn : { events: cancelOn };
}

function toStep({
  destination,
  on = DEFAULT_FALLBACK_TRIGGERS,
  after,
  mapping,
}: FallbackStepContent): FallbackStepSpec {
  return {
    destination,
    on,
    afterMs: after === undefined ? DEFAULT_AFTER_MS : parseDuration(after),
    ...(typeof mapping === 'object' ? { mapping } : {}),
  };
}

function stepContent({ destination, on, afterMs, mapping }: FallbackStepSpec): FallbackStepContent {
  const isDefault =
    on.length === DEFAULT_FALLBACK_TRIGGERS.length &&
    DEFAULT_FALLBACK_TRIGGERS.every((trigger) => on.includes(trigger));
  return {
    destination,
    ...(isDefault ? {} : { on }),
    ...(afterMs === DEFAULT_AFTER_MS ? {} : { after: formatDuration(afterMs) }),
    ...(mapping === undefined ? {} : { mapping }),
  };
}
