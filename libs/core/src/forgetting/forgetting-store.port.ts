import type { Page, PageRequest } from '../admin/read-store.port.js';
import type { Actor } from '../audit/audit-log.port.js';
import type { Forgetting, NewForgetting } from './forgetting.js';

/** A forgetting whose lease this process holds. */
export interface TakenForgetting {
  readonly id: string;
  /** The fencing token. */
  readonly token: string;
  /** Its tombstone stands. */
  readonly hasBegun: boolean;
  /** How often it went through all events of the customer so far. */
  readonly passes: number;
}

/** What a step came to. */
export interface ForgettingStep {
  /** It went through all events of the customer once; false: there are more, and the lease was given back. */
  readonly passed: boolean;
  /** Events of this pass that still have something in flight, or to tell their subscribers. */
  readonly left: number;
  /** When this pass began, nothing was left that could still store an event of before with its content. */
  readonly settled: boolean;
}

/** A forgetting that began or ended: what is remembered of customers of that brand is out of date. */
export interface ForgettingNotice {
  /** The same for the same notice. */
  readonly key: string;
  readonly brandId: string;
}

/** Where forgettings and tombstones are kept, and what carries them out. A stranger's forgetting is not found. */
export interface ForgettingStore {
  /**
   * Begins a forgetting that a person asked for, in the audit log with it: from the commit on its tombstone stands, and
   * no event of before is stored with content.
   */
  create(forgetting: NewForgetting, actor: Actor): Promise<void>;
  /** Null where the brand has no such forgetting. */
  find(brandId: string, id: string): Promise<Forgetting | null>;
  /** The newest first. Rejects with a CursorError where the cursor is none of this list. */
  list(brandId: string, page: PageRequest): Promise<Page<Forgetting>>;

  /**
   * Takes the one that has waited longest for its next step, under a lease by the database's clock.
   * @param id only this one; left out: any
   */
  take(leaseMs: number, id?: string): Promise<TakenForgetting | null>;
  /** Begins one that an event started, as {@link create} does; where the lease was lost, not. */
  begin(taken: TakenForgetting): Promise<void>;
  /**
   * Cancels and erases of the next `limit` events, in one commit; at the end of a pass the lease is kept.
   * @returns null where the lease was lost: nothing was done
   */
  step(taken: TakenForgetting, limit: number): Promise<ForgettingStep | null>;
  /** Gives the lease back, to go on with another pass so many milliseconds later, by the database's clock. */
  rest(taken: TakenForgetting, milliseconds: number): Promise<void>;
  /** Ends it: from then on nothing names the customer. */
  end(taken: TakenForgetting): Promise<void>;

  /** What began or ended within the last minute, in no order. */
  recent(): Promise<readonly ForgettingNotice[]>;
}
