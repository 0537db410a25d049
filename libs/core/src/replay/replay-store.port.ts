import type { DeliveryState } from '../delivery/delivery.js';
import type { NewDelivery } from '../ingest/event-store.port.js';
import type { Page, PageRequest } from '../admin/read-store.port.js';
import type { NewReplay, Replay, ReplayCandidate, ReplayedEvent, ReplaySelection, ReplaySkips } from './replay.js';

/** Some of what a filter picks, the oldest first. */
export interface CandidatePage {
  readonly candidates: readonly ReplayCandidate[];
  /** Give it to the next call; null: these were the last. */
  readonly next: string | null;
}

/** A replay whose lease this process holds. */
export interface ClaimedReplay extends Replay {
  /** The fencing token. */
  readonly token: string;
  /** Where to go on; null: at the beginning. */
  readonly cursor: string | null;
  /** When it might go on: milliseconds since the epoch, as all its times by the database's clock. */
  readonly nextAt: number;
  /** When it was claimed. Processes whose clocks are wrong would put it off for as long as they are. */
  readonly claimedAt: number;
}

/** A delivery that a replay makes. */
export interface ReplayDelivery extends NewDelivery {
  readonly event: Pick<ReplayedEvent, 'id' | 'type' | 'customerId' | 'retentionDays'>;
}

/** A step of a replay, to be written under its token. */
export interface ReplayStep {
  readonly deliveries: readonly ReplayDelivery[];
  /** How many candidates it looked at, and what all steps skipped so far. */
  readonly scanned: number;
  readonly skipped: ReplaySkips;
  /** Null: there is nothing left. */
  readonly cursor: string | null;
  /** Milliseconds since the epoch, by the database's clock. */
  readonly nextAt: number;
}

/** How many deliveries of a replay are in each state. */
export type ReplayOutcomes = Partial<Readonly<Record<DeliveryState, number>>>;

/** Where replays are kept, and what they are made of. A stranger's replay is not found. */
export interface ReplayStore {
  create(replay: NewReplay): Promise<void>;
  /** Null where the brand has no such replay. */
  find(brandId: string, replayId: string): Promise<Replay | null>;
  /** The newest first. Rejects with a CursorError where the cursor is none of this list. */
  list(brandId: string, page: PageRequest): Promise<Page<Replay>>;
  /** What became of its deliveries so far. */
  outcomes(replay: Replay): Promise<ReplayOutcomes>;
  /**
   * Has it make nothing any more and cancel what waits of it.
   * @returns null where the brand has no such replay; one that has ended stays as it is
   */
  cancel(brandId: string, replayId: string): Promise<Replay | null>;

  /**
   * What a selection picks, the oldest first; nothing that came in from `before` (a UUIDv7) on.
   * A page may be short, even empty, and not be the last.
   */
  candidates(
    selection: ReplaySelection,
    position: { readonly before: string; readonly cursor: string | null },
    limit: number,
  ): Promise<CandidatePage>;
  /** Those of some destinations that have so much due already that a replay has to wait for them; paused ones never. */
  overloaded(destinationIds: readonly string[], now: number): Promise<readonly string[]>;

  /** Claims the replay that has waited longest for its next step, under a lease. */
  claim(leaseMs: number): Promise<ClaimedReplay | null>;
  /**
   * Writes a step, deliveries and cursor in one commit, and gives the lease back.
   * @returns how many deliveries were made; null where the lease was lost or the replay cancelled: nothing was written
   */
  advance(replay: ClaimedReplay, step: ReplayStep): Promise<number | null>;
  /** Gives the lease back, to go on at `nextAt`. */
  postpone(replay: ClaimedReplay, nextAt: number): Promise<void>;
  /** Cancels up to 1,000 waiting deliveries of a replay that are not in flight. Answers how many are left. */
  cancelWaiting(replay: ClaimedReplay): Promise<{ readonly cancelled: number; readonly left: number }>;
  /** Ends it as cancelled. */
  endCancelled(replay: ClaimedReplay): Promise<void>;
}
