import type { DeliveryFilter, StoredEvent, TimeRange } from '../admin/read-store.port.js';
import { DELIVERY_STATES, type DeliveryState } from '../delivery/delivery.js';

/**
 * By which version of a subscription an event is routed again.
 *
 * - `recorded`: the one that was in force when it was received.
 * - `current`: the one that is in force now, where that wants the event at all.
 */
export const REPLAY_MAPPINGS = ['recorded', 'current'] as const;
/** See {@link REPLAY_MAPPINGS}. */
export type ReplayMapping = (typeof REPLAY_MAPPINGS)[number];

/**
 * `running` makes deliveries; `cancelling` makes none any more, and cancels those that still wait; the others have
 * ended.
 */
export const REPLAY_STATES = ['running', 'cancelling', 'done', 'cancelled'] as const;
/** See {@link REPLAY_STATES}. */
export type ReplayState = (typeof REPLAY_STATES)[number];

/** States that a delivery can be replayed from: what still waits is sent anyway. */
export const REPLAYABLE_STATES = DELIVERY_STATES.filter((state) => state !== 'scheduled');

/**
 * What is replayed: all that is named has to hold. With a `status` or an `errorKind` those are earlier deliveries, each
 * by the latest of its event and subscription; else events, for all subscriptions that want them, `subscription` and
 * `destination` narrowing down which.
 */
export interface ReplayFilter extends Omit<DeliveryFilter, 'status'>, TimeRange {
  readonly status?: Exclude<DeliveryState, 'scheduled'>;
}

/** Whether a filter asks for earlier deliveries rather than events. */
export function selectsDeliveries({ status, errorKind }: ReplayFilter): boolean {
  return status !== undefined || errorKind !== undefined;
}

/** Why nothing is made of what a filter picked. */
export const REPLAY_SKIPS = [
  /** No subscription wants the event (any more), or none that the filter names. */
  'notWanted',
  /** A subscription's filter needs more work for the event than it may do. */
  'filterBudgetExceeded',
  /** A later delivery of the same event and subscription says how it ended, or still waits. */
  'notLatest',
  /** Its destination was deleted. */
  'destinationGone',
  /** What is personal of the event could not be opened. */
  'unreadable',
] as const;
/** See {@link REPLAY_SKIPS}. */
export type ReplaySkip = (typeof REPLAY_SKIPS)[number];

/** How often each reason held. */
export type ReplaySkips = Readonly<Record<ReplaySkip, number>>;

export const NO_SKIPS: ReplaySkips = {
  notWanted: 0,
  filterBudgetExceeded: 0,
  notLatest: 0,
  destinationGone: 0,
  unreadable: 0,
};

/** Adds up. */
export function countSkips(before: ReplaySkips, skips: readonly ReplaySkip[]): ReplaySkips {
  const counts = { ...before };
  for (const skip of skips) counts[skip] += 1;
  return counts;
}

/** What to replay. */
export interface ReplaySelection {
  readonly brandId: string;
  readonly filter: ReplayFilter;
  readonly mapping: ReplayMapping;
}

/** A replay as it is to be started. */
export interface NewReplay extends ReplaySelection {
  /** A UUIDv7 of its start: its deliveries carry that time, and what was received from then on is not replayed. */
  readonly id: string;
  /** Deliveries created per second at most; null: as many as their destinations take. */
  readonly ratePerSecond: number | null;
  /** Who asked for it. */
  readonly requestedBy: string;
  /** How many deliveries were counted before it started. */
  readonly expected: number;
  /** False: there are more than were counted. */
  readonly expectedIsExact: boolean;
}

/** A replay and how far it got. Times in milliseconds since the epoch. */
export interface Replay extends NewReplay {
  readonly state: ReplayState;
  /** Events or earlier deliveries that were looked at. */
  readonly scanned: number;
  /** Deliveries created so far. */
  readonly created: number;
  readonly skipped: ReplaySkips;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly endedAt: number | null;
}

/** An event as a replay looks at it. */
export type ReplayedEvent = Omit<StoredEvent, 'customerIds'>;

/** One thing that a filter picked. */
export interface ReplayCandidate {
  readonly event: ReplayedEvent;
  /** Null where events are picked. */
  readonly earlier: {
    readonly subscriptionId: string;
    readonly subscriptionVersionId: string;
    /** No later delivery of the same event and subscription is stored. */
    readonly latest: boolean;
  } | null;
}
