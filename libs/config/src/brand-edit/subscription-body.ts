import type { JsonObject, SubscriptionSpec } from '@patchbay/core';
import { subscriptionContent } from '../brand-file/to-content.js';
import { asJson } from './brand-parts.js';

/** Returns the content of a subscription as the body of a request. */
export function subscriptionBody(spec: SubscriptionSpec): JsonObject {
  return asJson(subscriptionContent(spec));
}
