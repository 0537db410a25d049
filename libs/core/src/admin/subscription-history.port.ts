import type { SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import type { Page, PageRequest } from './read-store.port.js';

/** A version of a subscription, with the change that made it. */
export interface SubscriptionVersion {
  readonly record: SubscriptionVersionRecord;
  /** Time of the change in milliseconds since the epoch. */
  readonly createdAt: number;
  /** Name of the key or of the component of the hub that made the change. */
  readonly createdBy: string;
  /** Revision of the configuration that contains the change. */
  readonly revision: number;
  /** True if new events are routed by this version. */
  readonly isCurrent: boolean;
  /** Names of the fields that the change modified. */
  readonly changed: readonly string[];
}

/** Read access to the versions of subscriptions. */
export interface SubscriptionHistory {
  /** Lists the versions of a subscription, newest first. Throws a CursorError. */
  versions(subscriptionId: string, page: PageRequest): Promise<Page<SubscriptionVersion>>;
  /** Finds a version by its number; null if the subscription has no such version. */
  version(subscriptionId: string, version: number): Promise<SubscriptionVersion | null>;
}
