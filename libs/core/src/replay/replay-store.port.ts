import type { DeliveryState } from '../delivery/delivery.js';
import type { NewDelivery } from '../ingest/event-store.port.js';
import type { Page, PageRequest } from '../admin/read-store.port.js';
import type { NewReplay, Replay, ReplayCandidate, ReplayedEvent, ReplaySelection, ReplaySkips } from './replay.js';

/** Page of the candidates that a replay's filter selects, oldest first. */
export interface CandidatePage {
  readonly candidates: readonly ReplayCandidate[];
  /** Cursor of the next page; null if this is the last page. */
  readonly next: string | null;
}

/** Replay whose lease this process holds. */
export interface ClaimedReplay extends Replay {
  /** Fencing token of the lease. */
  readonly token: string;
  /** Cursor of the next step; null if the replay has not begun. */
  readonly cursor: string | null;
  /** Earliest time of the next step, in milliseconds since the epoch, by the database's clock. */
  readonly nextAt: number;
  /** Time of the claim, by the database's clock, so that a wrong clock of a host cannot delay the replay. */
  readonly claimedAt: number;
}

/** Delivery that a replay creates. */
export interface ReplayDelivery extends NewDelivery {
  readonly event: Pick<ReplayedEvent, 'id' | 'type' | 'customerKey' | 'retentionDays'>;
}

/** Result of one step of a replay. The result is written only if the replay still has the token of the claim. */
export interface ReplayStep {
  readonly deliveries: readonly ReplayDelivery[];
  /** Number of candidates read in this step. */
  readonly scanned: number;
  /** Numbers of candidates that all steps so far have skipped, by reason. */
  readonly skipped: ReplaySkips;
  /** Cursor at which the next step continues; null if no candidates are left. */
  readonly cursor: string | null;
  /** Earliest time of the next step, in milliseconds since the epoch, by the database's clock. */
  readonly nextAt: number;
}

/** Numbers of a replay's deliveries, by state. */
export type ReplayOutcomes = Partial<Readonly<Record<DeliveryState, number>>>;

/** Store of replays and of their candidates. A replay of another brand is not found. */
export interface ReplayStore {
  create(replay: NewReplay): Promise<void>;
  /** Finds a replay; null if the brand has no such replay. */
  find(brandId: string, replayId: string): Promise<Replay | null>;
  /** Lists replays, newest first. Rejects with a CursorError if the cursor does not belong to this list. */
  list(brandId: string, page: PageRequest): Promise<Page<Replay>>;
  /** Counts the replays of all brands that have not ended. */
  countRunning(): Promise<number>;
  /** Counts the deliveries of a replay per state. */
  outcomes(replay: Replay): Promise<ReplayOutcomes>;
  /**
   * Requests the cancellation of a replay. The replay then creates no further deliveries, and its waiting deliveries
   * are cancelled. A replay that has ended does not change.
   * @returns the replay; null if the brand has no such replay
   */
  cancel(brandId: string, replayId: string): Promise<Replay | null>;

  /**
   * Reads the candidates of a selection, oldest first. Leaves out events received at or after the time of `before`, a
   * UUIDv7. A page that is short or even empty need not be the last page.
   */
  candidates(
    selection: ReplaySelection,
    position: { readonly before: string; readonly cursor: string | null },
    limit: number,
  ): Promise<CandidatePage>;
  /** Returns the destinations that have so many due deliveries that a replay must wait. Never returns paused destinations. */
  overloaded(destinationIds: readonly string[], now: number): Promise<readonly string[]>;

  /** Claims the replay that has waited longest for its next step, under a lease. */
  claim(leaseMs: number): Promise<ClaimedReplay | null>;
  /**
   * Writes a step, its deliveries and its cursor in one commit, and releases the lease.
   * @returns the number of created deliveries; null if the lease was lost or the replay was cancelled, so that nothing was
   *   written
   */
  advance(replay: ClaimedReplay, step: ReplayStep): Promise<number | null>;
  /** Releases the lease and schedules the next step at `nextAt`. */
  postpone(replay: ClaimedReplay, nextAt: number): Promise<void>;
  /**
   * Cancels up to 1,000 waiting deliveries of a replay that are not in flight. Also returns how many deliveries of the
   * replay remain.
   */
  cancelWaiting(replay: ClaimedReplay): Promise<{ readonly cancelled: number; readonly left: number }>;
  /** Ends a replay with the state `cancelled`. */
  endCancelled(replay: ClaimedReplay): Promise<void>;
}
