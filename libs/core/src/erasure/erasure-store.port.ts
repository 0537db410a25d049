import type { Page, PageRequest } from '../admin/read-store.port.js';
import type { Actor } from '../audit/audit-log.port.js';
import type { Erasure, NewErasure } from './erasure.js';

/** Erasure whose lease this process holds. */
export interface ClaimedErasure {
  readonly id: string;
  /** Fencing token of the lease. */
  readonly token: string;
  /** True if the tombstone of the erasure is stored. */
  readonly hasBegun: boolean;
  /** Number of completed passes over all events of the customer. */
  readonly passes: number;
}

/** Result of one step of an erasure. */
export interface ErasureStep {
  /** True if the step reached the customer's last event. False if there are more events; the lease is then released. */
  readonly passComplete: boolean;
  /**
   * Number of events of this pass that cannot be erased yet, because deliveries are in flight or a grace period is
   * running.
   */
  readonly remaining: number;
  /**
   * True if all statements that began before the tombstone was stored have ended. After that, no statement can store an
   * older event with content.
   */
  readonly settled: boolean;
}

/** Notice that an erasure began or ended. Cached data about the brand's customers is then out of date. */
export interface ErasureNotice {
  /** Identity of the notice; equal for repeated reads of the same notice. */
  readonly key: string;
  readonly brandId: string;
}

/** Returns the function that hashes a brand's customer ids, see `customerHash`. Null if the brand was deleted. */
export type CustomerHasherOf = (brandId: string) => Promise<((customerId: string) => string) | null>;

/** Store of erasures and tombstones. Erasures of other brands are not found. */
export interface ErasureStore {
  /**
   * Creates an erasure with its audit entry and its tombstone. After the commit, no older event is stored with content.
   */
  create(erasure: NewErasure, actor: Actor): Promise<void>;
  /** Finds an erasure; null if the brand has no such erasure. */
  find(brandId: string, id: string): Promise<Erasure | null>;
  /** Lists erasures, newest first. Rejects with a CursorError if the cursor does not belong to this list. */
  list(brandId: string, page: PageRequest): Promise<Page<Erasure>>;

  /**
   * Claims the erasure that has waited longest for its next step. The lease is measured by the database's clock.
   * @param id id of the erasure; left out for any erasure
   */
  claim(leaseMs: number, id?: string): Promise<ClaimedErasure | null>;
  /**
   * Stores the tombstone of an erasure that an event requested, as {@link create} does. Creates the erasures of the ids
   * that are linked to the customer. Does nothing if the lease was lost.
   */
  begin(claimed: ClaimedErasure, hasherOf: CustomerHasherOf): Promise<void>;
  /**
   * Cancels the deliveries of the next `limit` events and erases those events, in one commit. At the end of a pass, the
   * lease is kept.
   * @returns null if the lease was lost and nothing was done
   */
  step(claimed: ClaimedErasure, limit: number): Promise<ErasureStep | null>;
  /** Releases the lease and schedules the next pass, by the database's clock. */
  postpone(claimed: ClaimedErasure, milliseconds: number): Promise<void>;
  /** Ends an erasure. After that, no stored row contains the customer's id. */
  end(claimed: ClaimedErasure): Promise<void>;

  /** Returns notices of the erasures that began or ended within the last minute, unordered. */
  recent(): Promise<readonly ErasureNotice[]>;
}
