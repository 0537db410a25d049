import type { Page, PageRequest } from '../admin/read-store.port.js';
import type { Actor } from '../audit/audit-log.port.js';
import type { Erasure, NewErasure } from './erasure.js';

/** An erasure whose lease this process holds. */
export interface ClaimedErasure {
  readonly id: string;
  /** The fencing token. */
  readonly token: string;
  /** Its tombstone stands. */
  readonly hasBegun: boolean;
  /** How often it went through all events of the customer so far. */
  readonly passes: number;
}

/** Result of a step. */
export interface ErasureStep {
  /** True if the step reached the customer's last event; false if there are more, and the lease was released. */
  readonly passComplete: boolean;
  /** Events of this pass that still have deliveries in flight, or a grace period. */
  readonly remaining: number;
  /** True if no statement that began before the tombstone could still store an older event with its content. */
  readonly settled: boolean;
}

/** An erasure that began or ended, so that cached answers about the brand's customers are out of date. */
export interface ErasureNotice {
  /** The same for the same notice. */
  readonly key: string;
  readonly brandId: string;
}

/** Store of erasures and tombstones. Erasures of other brands are not found. */
export interface ErasureStore {
  /**
   * Creates an erasure with its audit entry and its tombstone. From the commit on, no older event is stored with
   * content.
   */
  create(erasure: NewErasure, actor: Actor): Promise<void>;
  /** Null if the brand has no such erasure. */
  find(brandId: string, id: string): Promise<Erasure | null>;
  /** The newest first. Rejects with a CursorError where the cursor is none of this list. */
  list(brandId: string, page: PageRequest): Promise<Page<Erasure>>;

  /**
   * Claims the erasure that has waited longest for its next step, under a lease by the database's clock.
   * @param id only this one; left out: any
   */
  claim(leaseMs: number, id?: string): Promise<ClaimedErasure | null>;
  /** Begins an erasure that an event started, as {@link create} does. Does nothing if the lease was lost. */
  begin(claimed: ClaimedErasure): Promise<void>;
  /**
   * Cancels and erases of the next `limit` events, in one commit; at the end of a pass the lease is kept.
   * @returns null if the lease was lost and nothing was done
   */
  step(claimed: ClaimedErasure, limit: number): Promise<ErasureStep | null>;
  /** Releases the lease and schedules the next pass, by the database's clock. */
  postpone(claimed: ClaimedErasure, milliseconds: number): Promise<void>;
  /** Ends an erasure. From then on nothing names the customer. */
  end(claimed: ClaimedErasure): Promise<void>;

  /** Erasures that began or ended within the last minute, in no order. */
  recent(): Promise<readonly ErasureNotice[]>;
}
