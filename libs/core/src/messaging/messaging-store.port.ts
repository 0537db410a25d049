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

/** A delivery that waits for its digest. */
export interface GatheredDelivery {
  readonly id: string;
  readonly event: ClaimedEvent;
}

/** What becomes of a gathered delivery: it is taken along, or ended by a rule of its own. */
export interface GatheredEnd {
  readonly id: string;
  readonly state: 'merged' | 'suppressed' | 'cancelled';
  /** Null where it is merged. */
  readonly reason: string | null;
}

/** Events that may be the opposite of one, or of one of several. */
export interface OppositeQuery {
  readonly brandId: string;
  readonly customerId: string;
  readonly types: readonly string[];
  /** Included; milliseconds since the epoch. */
  readonly occurredFrom: number;
  readonly receivedFrom: number;
  /** Until when it is looked for. */
  readonly now: number;
  readonly retentionDays: RetentionDays;
}

/** A delivery whose end, or whose vendor's news, called the next step of its fallback. */
export interface CalledStep {
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
  readonly called: CalledStep;
  /** Null: there is no such step, so that nothing is made. */
  readonly made: {
    readonly id: string;
    readonly destinationId: string;
    /** Milliseconds since the epoch. */
    readonly dueAt: number;
    readonly messaging: DeliveryMessaging;
  } | null;
}

/** What messaging rules need to know of other deliveries and events, and write about them. */
export interface MessagingStore {
  /**
   * Takes a slot, or takes it anew for a delivery that has one. What ended without a message takes none.
   * @returns null: it is taken; else how many others have one
   */
  takeSlot(slot: CapSlot): Promise<number | null>;
  /** What waits for the same digest as a delivery, untried and in nobody's hand, the first received first. */
  gathered(carrier: HeldDelivery, limit: number): Promise<readonly GatheredDelivery[]>;
  /**
   * Fixes what a digest carries: ends what was gathered, and notes its events with the carrier, in one statement. What is
   * no longer there, or in somebody's hand by now, is left out.
   * @returns the events it carries besides its own; null where the lease is lost: nothing was written
   */
  closeDigest(carrier: HeldDelivery, ends: readonly GatheredEnd[]): Promise<readonly string[] | null>;
  /** Events of a delivery's brand and retention class by their ids, in that order; those no longer there are left out. */
  events(
    ids: readonly string[],
    of: Pick<ClaimedDelivery, 'brandId' | 'retentionDays'>,
  ): Promise<readonly ClaimedEvent[]>;
  /** The first received event that fits a query and `isOpposite` says yes to; null where there is none. */
  findOpposite(query: OppositeQuery, isOpposite: (event: ClaimedEvent) => boolean): Promise<ClaimedEvent | null>;
  /**
   * Calls for a next step, the first called first.
   * @param except deliveries whose calls are left out
   */
  calledSteps(limit: number, except?: readonly string[]): Promise<readonly CalledStep[]>;
  /** Makes next steps and takes their calls away, all or nothing of each. What was made already is not made again. */
  makeSteps(steps: readonly NextStep[]): Promise<void>;
}
