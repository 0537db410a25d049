import type { CompiledConfiguration } from '../configuration/compiled-configuration.js';
import type { BrandRecord } from '../configuration/configuration-snapshot.js';
import { countSkips, NO_SKIPS, type ReplaySelection, type ReplaySkips } from './replay.js';
import type { ReplayPlanner } from './replay-planner.js';
import type { ReplayStore } from './replay-store.port.js';
import type { ReplayPair } from './reroute.js';

/** What a replay would make, as far as it was looked into. */
export interface ReplayCount {
  readonly deliveries: number;
  /** Events or earlier deliveries that were looked at. */
  readonly scanned: number;
  readonly skipped: ReplaySkips;
  /** False: counting took too long, and there are more. */
  readonly isExact: boolean;
  /** The first of them, oldest first. */
  readonly sample: readonly ReplayPair[];
}

/** Bounds of a count. */
export interface CountLimits {
  /** How long to count, in milliseconds. */
  readonly withinMs: number;
  /** Candidates read at a time. */
  readonly batch: number;
  /** How many to show. */
  readonly sample: number;
}

/** Counts what a replay would make before anything is made, by the very steps of the replay itself. */
export class ReplayCounter {
  constructor(
    private readonly store: Pick<ReplayStore, 'candidates'>,
    private readonly planner: ReplayPlanner,
  ) {}

  /** @param before a UUIDv7: what was received from then on does not count */
  async count(
    selection: ReplaySelection,
    before: string,
    { configuration, brand }: { readonly configuration: CompiledConfiguration; readonly brand: BrandRecord },
    limits: CountLimits,
  ): Promise<ReplayCount> {
    const end = performance.now() + limits.withinMs;
    const sample: ReplayPair[] = [];
    let [deliveries, scanned, skipped] = [0, 0, NO_SKIPS];
    let cursor: string | null = null;
    do {
      const { candidates, next } = await this.store.candidates(selection, { before, cursor }, limits.batch);
      const { pairs, skips } = await this.planner.plan(candidates, selection, configuration, brand);
      sample.push(...pairs.slice(0, limits.sample - sample.length));
      deliveries += pairs.length;
      scanned += candidates.length;
      skipped = countSkips(skipped, skips);
      cursor = next;
    } while (cursor !== null && performance.now() < end);
    return { deliveries, scanned, skipped, isExact: cursor === null, sample };
  }
}
