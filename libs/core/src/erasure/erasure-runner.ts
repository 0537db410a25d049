import type { ErasureStore, ClaimedErasure, CustomerHasherOf } from './erasure-store.port.js';

/** Bounds of the {@link ErasureRunner}. */
export interface ErasureRunnerOptions {
  /** Maximum number of events per step. */
  readonly batch: number;
  /** Lease of a step in milliseconds. When the lease expires, another process takes over the erasure. */
  readonly leaseMs: number;
}

const MIN_PASS_DELAY_MS = 250;
/**
 * Maximum delay between passes. The delay is this long because each pass reads every retained day, and thousands of
 * erasures may wait for days for a paused CRM.
 */
const MAX_PASS_DELAY_MS = 3_600_000;

/**
 * Runner of erasures, which proceed in steps. A step removes erased events from the customer's index in the same commit,
 * so that another process can continue after a crash. Steps are idempotent.
 */
export class ErasureRunner {
  /** Erasure whose step failed and whose lease could not be released, because the database was unavailable. */
  private failed: ClaimedErasure | null = null;

  constructor(
    private readonly store: Pick<ErasureStore, 'claim' | 'begin' | 'step' | 'postpone' | 'end'>,
    private readonly options: ErasureRunnerOptions,
    private readonly hasherOf: CustomerHasherOf,
  ) {}

  /**
   * Runs one step of one erasure. Resolves with false if no erasure is due. Throws if the database is unavailable.
   * @param id id of the erasure; left out for any erasure
   */
  async once(id?: string): Promise<boolean> {
    await this.releaseFailed();
    const claimed = await this.store.claim(this.options.leaseMs, id);
    if (claimed === null) return false;
    try {
      await this.step(claimed);
    } catch (error) {
      this.failed = claimed;
      await this.releaseFailed().catch(() => undefined);
      throw error;
    }
    return true;
  }

  private async releaseFailed(): Promise<void> {
    if (this.failed === null) return;
    await this.store.postpone(this.failed, passDelayMs(this.failed.passes));
    this.failed = null;
  }

  private async step(claimed: ClaimedErasure): Promise<void> {
    if (!claimed.hasBegun) await this.store.begin(claimed, this.hasherOf);
    const done = await this.store.step(claimed, this.options.batch);
    if (done?.passComplete !== true) return;
    if (done.remaining === 0 && done.settled) return this.store.end(claimed);
    return this.store.postpone(claimed, passDelayMs(claimed.passes));
  }
}

/** Returns the delay before the next pass, in milliseconds. The delay doubles with every pass, up to an hour. */
export function passDelayMs(passes: number): number {
  return Math.min(MIN_PASS_DELAY_MS * 2 ** passes, MAX_PASS_DELAY_MS);
}
