import type { RetentionDays } from '../configuration/brand-definition.js';
import type { ClaimedDelivery, ClaimedEvent } from '../delivery/delivery.js';
import type { DeliveryMessaging } from './delivery-messaging.js';

/** A delivery whose lease this process holds. */
export type HeldDelivery = Pick<ClaimedDelivery, 'id' | 'token' | 'retentionDays'>;

/** A place among the messages that a cap lets through. */
export interface CapSlot {
  readonly key: string;
  readonly delivery: HeldDelivery;
  readonly max: number;
  readonly perMs: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A delivery that waits for a digest. */
export interface DigestMember {
  readonly id: string;
  readonly event: ClaimedEvent;
}

/** How a digest ends one of its members: merged, or ended by a rule. */
export interface DigestMemberEnd {
  readonly id: string;
  readonly state: 'merged' | 'suppressed' | 'cancelled';
  /** Null if merged. */
  readonly reason: string | null;
}

/** Query for an event that cancels one of several events. */
export interface CancellingEventQuery {
  readonly brandId: string;
  readonly customerId: string;
  readonly types: readonly string[];
  /** Included; milliseconds since the epoch. */
  readonly occurredFrom: number;
  readonly receivedFrom: number;
  /** End of the search: milliseconds since the epoch. */
  readonly now: number;
  readonly retentionDays: RetentionDays;
}

/** A delivery whose end or status update triggered the next step of its fallback. */
export interface TriggeredStep {
  /** Of the delivery that ended. */
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

/** The next step of a fallback, as a delivery to be made. */
export interface NextStep {
  readonly triggered: TriggeredStep;
  /** Null: there is no such step, so that nothing is made. */
  readonly delivery: {
    readonly id: string;
    readonly destinationId: string;
    /** Milliseconds since the epoch. */
    readonly dueAt: number;
    readonly messaging: DeliveryMessaging;
  } | null;
}

/** Reads and writes of messaging rules on other deliveries and events. */
export interface MessagingStore {
  /**
   * Takes a slot, or takes it anew for a delivery that has one. What ended without a message takes none.
   * @returns null: it is taken; else how many others have one
   */
  takeSlot(slot: CapSlot): Promise<number | null>;
  /** Deliveries that wait for the digest, not yet attempted and not in flight, the first received first. */
  digestMembers(digest: HeldDelivery, limit: number): Promise<readonly DigestMember[]>;
  /**
   * Closes a digest: ends its members and writes their event ids to the digest, in one statement. Members that ended or
   * are in flight by now are left out.
   * @returns the ids of the merged events; null if the lease is lost and nothing was written
   */
  closeDigest(digest: HeldDelivery, ends: readonly DigestMemberEnd[]): Promise<readonly string[] | null>;
  /** Events of a delivery's brand and retention class by their ids, in that order; those no longer there are left out. */
  events(
    ids: readonly string[],
    of: Pick<ClaimedDelivery, 'brandId' | 'retentionDays'>,
  ): Promise<readonly ClaimedEvent[]>;
  /** The first received event that fits the query and `isCancelling`; null if there is none. */
  findCancellingEvent(
    query: CancellingEventQuery,
    isCancelling: (event: ClaimedEvent) => boolean,
  ): Promise<ClaimedEvent | null>;
  /**
   * Triggered steps, the oldest first.
   * @param except deliveries whose calls are left out
   */
  triggeredSteps(limit: number, except?: readonly string[]): Promise<readonly TriggeredStep[]>;
  /** Makes next steps and takes their calls away, all or nothing of each. What was made already is not made again. */
  createSteps(steps: readonly NextStep[]): Promise<void>;
}
