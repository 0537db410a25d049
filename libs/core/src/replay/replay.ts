import type { DeliveryFilter, DeliveryStage, EventContent } from '../admin/read-store.port.js';
import type { TimeRange } from '../admin/time-range.js';
import type { VendorStatus } from '@patchbay/plugin-sdk';
import { DELIVERY_STATES, type DeliveryState } from '../delivery/delivery.js';

/**
 * Subscription versions by which a replay routes an event.
 *
 * - `recorded`: the version in force when the event was received.
 * - `current`: the version in force now, if this version matches the event.
 */
export const REPLAY_MAPPINGS = ['recorded', 'current'] as const;
/** One of {@link REPLAY_MAPPINGS}. */
export type ReplayMapping = (typeof REPLAY_MAPPINGS)[number];

/**
 * States of a replay. `running`: creates deliveries. `cancelling`: creates no more deliveries and cancels the waiting
 * deliveries. `done` and `cancelled`: has ended.
 */
export const REPLAY_STATES = ['running', 'cancelling', 'done', 'cancelled'] as const;
/** One of {@link REPLAY_STATES}. */
export type ReplayState = (typeof REPLAY_STATES)[number];

/**
 * States in which a delivery can be replayed. A scheduled delivery cannot be replayed, because it will be sent anyway.
 */
export const REPLAYABLE_STATES = DELIVERY_STATES.filter((state) => state !== 'scheduled');

/**
 * Filter of a replay; all given fields must match. With a `status`, an `errorKind`, a `vendorCode` or a `vendorStatus`,
 * the filter selects earlier deliveries: only the latest delivery per event and subscription. Otherwise the filter
 * selects events for all matching subscriptions. `subscription` and `destination` restrict the matching subscriptions.
 */
export interface ReplayFilter extends TimeRange {
  readonly status?: Exclude<DeliveryState, 'scheduled'>;
  /** Name of the destination. */
  readonly destination?: string;
  /** Stage of the earlier deliveries. Only set if the filter selects earlier deliveries, because events have no stage. */
  readonly stage?: DeliveryStage;
  /** Name of the subscription. */
  readonly subscription?: string;
  readonly eventType?: string;
  readonly customer?: string;
  readonly errorKind?: string;
  /** Vendor code of the last attempt. An empty text selects failures without a vendor code. */
  readonly vendorCode?: string;
  /** State at the vendor, from its status updates. */
  readonly vendorStatus?: VendorStatus;
}

/** Returns true if a filter selects earlier deliveries; false if the filter selects events. */
export function selectsDeliveries({ status, errorKind, vendorCode, vendorStatus }: ReplayFilter): boolean {
  return [status, errorKind, vendorCode, vendorStatus].some((value) => value !== undefined);
}

/** Returns the filter that selects the same deliveries in the list of deliveries. */
export function deliveryFilterOf({ customer, from, to, ...lists }: ReplayFilter): DeliveryFilter {
  const { status, destination, stage, subscription, eventType, errorKind, vendorCode, vendorStatus } = lists;
  return {
    ...(status === undefined ? {} : { status: [status] }),
    ...(destination === undefined ? {} : { destination: [destination] }),
    ...(stage === undefined ? {} : { stage }),
    ...(subscription === undefined ? {} : { subscription: [subscription] }),
    ...(eventType === undefined ? {} : { eventType: [eventType] }),
    ...(errorKind === undefined ? {} : { errorKind: [errorKind] }),
    ...(vendorCode === undefined ? {} : { vendorCode: [vendorCode] }),
    ...(vendorStatus === undefined ? {} : { vendorStatus: [vendorStatus] }),
    ...(customer === undefined ? {} : { customer }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

/** Reasons for which a selected event or delivery creates no new delivery. */
export const REPLAY_SKIPS = [
  /** No subscription matches the event, or none of the matching subscriptions is named by the filter. */
  'notWanted',
  /** A subscription's filter exceeds its work budget for the event. */
  'filterBudgetExceeded',
  /** A later delivery of the same event and subscription exists. */
  'notLatest',
  /** The destination of the subscription was deleted. */
  'destinationGone',
  /** The personal values of the event could not be decrypted. */
  'unreadable',
  /** The filter selects events, and the event's delivery succeeded. */
  'succeeded',
  /** The filter selects events, and the event's delivery was merged into a digest. */
  'merged',
  /** The filter selects events, and the vendor may have the message of the event's delivery. */
  'unconfirmed',
  /** The filter selects events, and the event's delivery still waits, so it will be sent anyway. */
  'waiting',
] as const;
/** One of {@link REPLAY_SKIPS}. */
export type ReplaySkip = (typeof REPLAY_SKIPS)[number];

/** Number of skipped candidates per reason. */
export type ReplaySkips = Readonly<Record<ReplaySkip, number>>;

export const NO_SKIPS: ReplaySkips = {
  notWanted: 0,
  filterBudgetExceeded: 0,
  notLatest: 0,
  destinationGone: 0,
  unreadable: 0,
  succeeded: 0,
  merged: 0,
  unconfirmed: 0,
  waiting: 0,
};

/** Adds skipped candidates to the counts per reason. */
export function countSkips(before: ReplaySkips, skips: readonly ReplaySkip[]): ReplaySkips {
  const counts = { ...before };
  for (const skip of skips) counts[skip] += 1;
  return counts;
}

/**
 * Returns the reason why a replay of events creates no delivery in the place of an earlier one; null if the replay may
 * create it. A message that the customer may have, or that will be sent anyway, is not sent again. Pure.
 * @param state state of the event and the subscription, see {@link ReplayCandidate.states}
 */
export function skipForState(state: DeliveryState): ReplaySkip | null {
  switch (state) {
    case 'scheduled':
      return 'waiting';
    case 'succeeded':
    case 'merged':
    case 'unconfirmed':
      return state;
    case 'dead':
    case 'superseded':
    case 'suppressed':
    case 'cancelled':
      return null;
  }
}

/**
 * Numbers of the deliveries that a replay creates, by the state of the earlier delivery of the same event and
 * subscription. `none`: the event had no delivery of the subscription.
 */
export type CountByState = Partial<Readonly<Record<DeliveryState | 'none', number>>>;

/** Selection of the events or deliveries to replay. */
export interface ReplaySelection {
  readonly brandId: string;
  readonly filter: ReplayFilter;
  readonly mapping: ReplayMapping;
  /**
   * True if a filter that selects events also selects events whose delivery succeeded, was merged, is unconfirmed or
   * still waits. Has no effect if the filter selects earlier deliveries, because such a filter names their states.
   */
  readonly includeSucceeded: boolean;
}

/** Replay to be started. */
export interface NewReplay extends ReplaySelection {
  /**
   * UUIDv7 that contains the start time of the replay. The ids of the replay's deliveries contain the same time. Events
   * received at or after this time are not replayed.
   */
  readonly id: string;
  /**
   * Maximum number of deliveries created per second. Null if the replay has no rate limit, so that only the backlog of
   * the destinations limits the replay.
   */
  readonly ratePerSecond: number | null;
  /** Name of the API key, or `person:<id>` of the person, that requested the replay. */
  readonly requestedBy: string;
  /** Number of deliveries that were counted before the start of the replay. */
  readonly expected: number;
  /** False if there are more deliveries than were counted. */
  readonly expectedIsExact: boolean;
}

/** Replay with its progress. Times are in milliseconds since the epoch. */
export interface Replay extends NewReplay {
  readonly state: ReplayState;
  /** Number of events or earlier deliveries that the replay has read. */
  readonly scanned: number;
  /** Number of deliveries that the replay has created so far. */
  readonly created: number;
  readonly skipped: ReplaySkips;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly endedAt: number | null;
}

/** Stored event as a replay reads it. */
export type ReplayedEvent = EventContent;

/** Event, or earlier delivery of an event, that a filter selected. */
export interface ReplayCandidate {
  readonly event: ReplayedEvent;
  /** Earlier delivery of the event; null if the filter selects events. */
  readonly earlier: {
    readonly subscriptionId: string;
    readonly subscriptionVersionId: string;
    readonly state: DeliveryState;
    /** True if no later delivery of the same event and subscription is stored. */
    readonly latest: boolean;
  } | null;
  /**
   * State of the event's latest delivery per subscription id. If a later delivery sent nothing, the state of an earlier
   * delivery counts whose message the customer may have. Subscriptions without a delivery are left out. Empty if the filter
   * selects earlier deliveries.
   */
  readonly states: ReadonlyMap<string, DeliveryState>;
}
