import type { LogCheck, MissingEvent, NewLogCheck, TypeCounts } from './log-check.js';
import type { LogPosition } from './log-page.js';
import type { RegisteredSource } from './registration-store.port.js';

/** Check whose lease this process holds. */
export interface ClaimedLogCheck extends LogCheck {
  /** Fencing token of the lease. */
  readonly token: string;
}

/** Progress of a check: one page of the log. */
export interface LogProgress {
  readonly position: LogPosition;
  /** Number of entries up to the position. */
  readonly entries: number;
  readonly unreadable: number;
  readonly types: readonly TypeCounts[];
  /** Events of the page that the hub did not have. An event that is already recorded is not counted again. */
  readonly missing: readonly MissingEvent[];
}

/** Event in the log. */
export interface LoggedEvent {
  readonly type: string;
  /** Sender's id, as stored. */
  readonly eventId: string;
}

/** Missing and recovered events of one type. */
export interface MissingByType {
  readonly type: string;
  readonly missing: number;
  readonly recovered: number;
}

/** Checks of Capillary's logs. A check of another brand is not found. */
export interface LogCheckStore {
  /** Creates a running check. Returns the running check of the source instead if there is one. */
  create(created: NewLogCheck): Promise<LogCheck>;
  /** Finds a check; null if the brand has no such check. */
  find(brandId: string, id: string): Promise<LogCheck | null>;
  /** Lists the newest checks of a source, newest first. */
  list(sourceId: string): Promise<readonly LogCheck[]>;
  /** Counts the missing and recovered events of a check per type. */
  missingByType(id: string): Promise<readonly MissingByType[]>;
  /** Returns the first events of a check that are still missing, by type and id. */
  missingEvents(id: string, limit: number): Promise<readonly MissingEvent[]>;
  /** Cancels a check. A check that has ended does not change. Null if the brand has no such check. */
  cancel(brandId: string, id: string): Promise<LogCheck | null>;

  /** Returns for each event if the source has it. Events that were erased or deleted by age count as stored. */
  stored(source: RegisteredSource, events: readonly LoggedEvent[]): Promise<readonly boolean[]>;

  /** Claims the running check that has waited longest, under a lease. Null if there is none. */
  claim(leaseMs: number): Promise<ClaimedLogCheck | null>;
  /** Renews the lease. Returns false if the lease was lost or the check was cancelled. */
  renew(claimed: ClaimedLogCheck, leaseMs: number): Promise<boolean>;
  /** Records progress and renews the lease. Returns false, and records nothing, if the lease was lost. */
  advance(claimed: ClaimedLogCheck, progress: LogProgress, leaseMs: number): Promise<boolean>;
  /**
   * Releases the lease, so that any process can continue after a delay.
   * @param reason reason for the delay; null if there is none
   */
  release(claimed: ClaimedLogCheck, delayMs: number, reason: string | null): Promise<void>;
  /** Ends a check. @param reason reason of a failure; null if the check is done */
  end(claimed: ClaimedLogCheck, reason: string | null): Promise<void>;
}
