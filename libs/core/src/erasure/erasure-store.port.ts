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

/** What a step came to. */
export interface ErasureStep {
  /** It went through all events of the customer once; false: there are more, and the lease was given back. */
  readonly passComplete: boolean;
  /** Events of this pass that still have something in flight, or to tell their subscribers. */
  readonly remaining: number;
  /** When this pass began, nothing was left that could still store an event of before with its content. */
  readonly settled: boolean;
}

/** An erasure that began or ended: what is remembered of customers of that brand is out of date. */
export interface ErasureNotice {
  /** The same for the same notice. */
  readonly key: string;
  readonly brandId: string;
}

/** Where erasures and tombstones are kept, and what carries them out. A stranger's erasure is not found. */
export interface ErasureStore {
  /**
   * Begins an erasure that a person asked for, in the audit log with it: from the commit on its tombstone stands, and
   * no event of before is stored with content.
   */
  create(erasure: NewErasure, actor: Actor): Promise<void>;
  /** Null where the brand has no such erasure. */
  find(brandId: string, id: string): Promise<Erasure | null>;
  /** The newest first. Rejects with a CursorError where the cursor is none of this list. */
  list(brandId: string, page: PageRequest): Promise<Page<Erasure>>;

  /**
   * Claims the erasure that has waited longest for its next step, under a lease by the database's clock.
   * @param id only this one; left out: any
   */
  claim(leaseMs: number, id?: string): Promise<ClaimedErasure | null>;
  /** Begins one that an event started, as {@link create} does; where the lease was lost, not. */
  begin(claimed: ClaimedErasure): Promise<void>;
  /**
   * Cancels and erases of the next `limit` events, in one commit; at the end of a pass the lease is kept.
   * @returns null where the lease was lost: nothing was done
   */
  step(claimed: ClaimedErasure, limit: number): Promise<ErasureStep | null>;
  /** Gives the lease back, to go on with another pass so many milliseconds later, by the database's clock. */
  postpone(claimed: ClaimedErasure, milliseconds: number): Promise<void>;
  /** Ends it: from then on nothing names the customer. */
  end(claimed: ClaimedErasure): Promise<void>;

  /** What began or ended within the last minute, in no order. */
  recent(): Promise<readonly ErasureNotice[]>;
}
