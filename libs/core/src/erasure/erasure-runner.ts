import type { ErasureStore, ClaimedErasure } from './erasure-store.port.js';

/** Bounds of the {@link ErasureRunner}. */
export interface ErasureRunnerOptions {
  /** Events in one step. */
  readonly batch: number;
  /** How long a step may take before another process goes on in its stead, in milliseconds. */
  readonly leaseMs: number;
}

const MIN_PASS_DELAY_MS = 250;
/** Each pass looks into every day that is kept, and a deletion event may wait for days: thousands of them for a paused CRM. */
const MAX_PASS_DELAY_MS = 3_600_000;

/**
 * Carries out erasures, step by step. What is erased is claimed from the index of the customer's events in the same
 * commit, so that whoever goes on after a crash sees what is left; a step that is done twice does nothing the second time.
 */
export class ErasureRunner {
  /** One whose step failed and whose lease is still ours: the database was away for both. */
  private failed: ClaimedErasure | null = null;

  constructor(
    private readonly store: Pick<ErasureStore, 'claim' | 'begin' | 'step' | 'postpone' | 'end'>,
    private readonly options: ErasureRunnerOptions,
  ) {}

  /**
   * One step of one erasure. Resolves with false where none has anything to do now. Throws where the database is away.
   * @param id only this one; left out: any
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
    if (!claimed.hasBegun) await this.store.begin(claimed);
    const done = await this.store.step(claimed, this.options.batch);
    if (done?.passComplete !== true) return;
    if (done.remaining === 0 && done.settled) return this.store.end(claimed);
    return this.store.postpone(claimed, passDelayMs(claimed.passes));
  }
}

/**
 * How long to wait for what is in flight before the next pass, in milliseconds: the longer it takes, the longer, so that
 * nothing is left for more than twice the time that it was waited for.
 */
export function passDelayMs(passes: number): number {
  return Math.min(MIN_PASS_DELAY_MS * 2 ** passes, MAX_PASS_DELAY_MS);
}
