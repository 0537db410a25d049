import type { RetentionDays } from '../configuration/brand-definition.js';
import type { ClaimedDelivery, ClaimedEvent } from '../delivery/delivery.js';
import type { DeliveryMessaging } from './delivery-messaging.js';

/** Delivery whose lease this process holds. */
export type HeldDelivery = Pick<ClaimedDelivery, 'id' | 'token' | 'retentionDays'>;

/** Request of a delivery for one of the `max` messages that a cap allows per `perMs` milliseconds. */
export interface CapSlot {
  readonly key: string;
  readonly delivery: HeldDelivery;
  readonly max: number;
  readonly perMs: number;
  /** Current time, in milliseconds since the epoch. */
  readonly now: number;
}

/** Cap whose slots are counted. */
export interface CountedSlots {
  readonly key: string;
  readonly perMs: number;
  /** Current time, in milliseconds since the epoch. */
  readonly now: number;
  readonly retentionDays: RetentionDays;
}

/** Period of a destination's quota. Times are in milliseconds since the epoch. */
export interface CountedQuota {
  readonly destinationId: string;
  readonly start: number;
}

/** Request of a delivery for one of the `max` messages that a quota allows in a period. */
export interface QuotaPlace extends CountedQuota {
  readonly deliveryId: string;
  /** Start of the next period. */
  readonly end: number;
  readonly max: number;
}

/** Delivery that waits to become part of a digest. */
export interface DigestMember {
  readonly id: string;
  readonly event: ClaimedEvent;
}

/** End of a digest member, which was merged into the digest or ended by a rule. */
export interface DigestMemberEnd {
  readonly id: string;
  readonly state: 'merged' | 'suppressed' | 'cancelled';
  /** Reason of the rule that ended the member; null if the member was merged. */
  readonly reason: string | null;
}

/** Query for an event that cancels one of the given events. */
export interface CancellingEventQuery {
  readonly brandId: string;
  /** Ids of the customer. An event of the customer has one of these ids. */
  readonly customerIds: readonly string[];
  readonly types: readonly string[];
  /** Earliest time at which the cancelling event may have occurred, inclusive, in milliseconds since the epoch. */
  readonly occurredFrom: number;
  readonly receivedFrom: number;
  /** End of the searched time range, in milliseconds since the epoch. */
  readonly now: number;
  readonly retentionDays: RetentionDays;
}

/** Delivery whose end or status update triggered the next step of its fallback. */
export interface TriggeredStep {
  /** Id of the delivery that triggered the step. */
  readonly id: string;
  readonly retentionDays: RetentionDays;
  readonly brandId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly customerId: string | null;
  readonly subscriptionId: string;
  readonly subscriptionVersionId: string;
  readonly messaging: DeliveryMessaging;
}

/** Next step of a fallback, as a delivery to be created. */
export interface NextStep {
  readonly triggered: TriggeredStep;
  /** Delivery of the step. Null if the fallback has no further step. */
  readonly delivery: {
    readonly id: string;
    readonly destinationId: string;
    /** Due time, in milliseconds since the epoch. */
    readonly dueAt: number;
    readonly messaging: DeliveryMessaging;
  } | null;
}

/**
 * Store for messaging rules. Reads and writes deliveries and events other than the delivery that is being attempted.
 */
export interface MessagingStore {
  /**
   * Takes a slot of a cap, or renews the slot that the delivery already has. Deliveries that ended without sending a
   * message do not count.
   * @returns null if the delivery has a slot now; else the number of other deliveries that hold a slot
   */
  takeSlot(slot: CapSlot): Promise<number | null>;
  /** Counts the deliveries that hold a slot of a cap, as {@link takeSlot} counts them. Takes no slot. */
  countSlots(cap: CountedSlots): Promise<number>;
  /**
   * Counts a delivery against the quota of its destination. A delivery counts once per period, also if its message is
   * sent again or refused.
   * @returns false if the quota is used up
   */
  takeQuota(place: QuotaPlace): Promise<boolean>;
  /** Returns the number of deliveries that count against a quota. */
  quotaUsed(quota: CountedQuota): Promise<number>;
  /**
   * Finds deliveries that wait for the digest, were never attempted and are not in flight. Sorted by the time at which
   * their events were received.
   */
  digestMembers(digest: HeldDelivery, limit: number): Promise<readonly DigestMember[]>;
  /**
   * Closes a digest: ends its members and writes their event ids to the digest, in one statement. Leaves out members
   * that have ended or are in flight.
   * @returns the ids of the merged events; null if the lease is lost and nothing was written
   */
  closeDigest(digest: HeldDelivery, ends: readonly DigestMemberEnd[]): Promise<readonly string[] | null>;
  /** Reads events of a delivery's brand and retention class, in the order of their ids. Leaves out deleted events. */
  events(
    ids: readonly string[],
    of: Pick<ClaimedDelivery, 'brandId' | 'retentionDays'>,
  ): Promise<readonly ClaimedEvent[]>;
  /**
   * Finds the first received event that matches the query and for which `isCancelling` returns true; null if there is
   * no such event.
   */
  findCancellingEvent(
    query: CancellingEventQuery,
    isCancelling: (event: ClaimedEvent) => boolean,
  ): Promise<ClaimedEvent | null>;
  /**
   * Reads triggered fallback steps, oldest first.
   * @param except ids of deliveries to leave out
   */
  triggeredSteps(limit: number, except?: readonly string[]): Promise<readonly TriggeredStep[]>;
  /**
   * Creates fallback steps and clears their triggers. Each step is atomic. A step that already exists is not created
   * again.
   */
  createSteps(steps: readonly NextStep[]): Promise<void>;
}
