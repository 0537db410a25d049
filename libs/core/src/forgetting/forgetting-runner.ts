import type { ForgettingStore, TakenForgetting } from './forgetting-store.port.js';

/** Bounds of the {@link ForgettingRunner}. */
export interface ForgettingRunnerOptions {
  /** Events in one step. */
  readonly batch: number;
  /** How long a step may take before another process goes on in its stead, in milliseconds. */
  readonly leaseMs: number;
}

const SHORTEST_REST_MS = 250;
/** Each pass looks into every day that is kept, and a deletion event may wait for days: thousands of them for a paused CRM. */
const LONGEST_REST_MS = 3_600_000;

/**
 * Carries out forgettings, step by step. What is erased is taken from the index of the customer's events in the same
 * commit, so that whoever goes on after a crash sees what is left; a step that is done twice does nothing the second time.
 */
export class ForgettingRunner {
  /** One whose step failed and whose lease is still ours: the database was away for both. */
  private failed: TakenForgetting | null = null;

  constructor(
    private readonly store: Pick<ForgettingStore, 'take' | 'begin' | 'step' | 'rest' | 'end'>,
    private readonly options: ForgettingRunnerOptions,
  ) {}

  /**
   * One step of one forgetting. Resolves with false where none has anything to do now. Throws where the database is away.
   * @param id only this one; left out: any
   */
  async once(id?: string): Promise<boolean> {
    await this.giveFailedBack();
    const taken = await this.store.take(this.options.leaseMs, id);
    if (taken === null) return false;
    try {
      await this.step(taken);
    } catch (error) {
      this.failed = taken;
      await this.giveFailedBack().catch(() => undefined);
      throw error;
    }
    return true;
  }

  private async giveFailedBack(): Promise<void> {
    if (this.failed === null) return;
    await this.store.rest(this.failed, restMs(this.failed.passes));
    this.failed = null;
  }

  private async step(taken: TakenForgetting): Promise<void> {
    if (!taken.hasBegun) await this.store.begin(taken);
    const done = await this.store.step(taken, this.options.batch);
    if (done?.passed !== true) return;
    if (done.left === 0 && done.settled) return this.store.end(taken);
    return this.store.rest(taken, restMs(taken.passes));
  }
}

/**
 * How long to wait for what is in flight before the next pass, in milliseconds: the longer it takes, the longer, so that
 * nothing is left for more than twice the time that it was waited for.
 */
export function restMs(passes: number): number {
  return Math.min(SHORTEST_REST_MS * 2 ** passes, LONGEST_REST_MS);
}
