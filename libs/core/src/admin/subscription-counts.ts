import type { EventOutcomes } from './outcome-counts.js';

/**
 * Maximum number of deliveries of a brand that are read to count the deliveries of its subscriptions. Each destination has
 * the same share, so a busy destination does not hide the others.
 */
export const SUBSCRIPTION_COUNT_LIMIT = 50_000;

/** Deliveries of a subscription in a time range, by outcome. */
export interface SubscriptionCounts extends EventOutcomes {
  readonly subscriptionId: string;
  /** False if one of its destinations has more deliveries than its share of {@link SUBSCRIPTION_COUNT_LIMIT}; the newest were counted. */
  readonly countIsExact: boolean;
}
