import type { CompiledConfiguration } from '../configuration/compiled-configuration.js';
import type { BrandRecord } from '../configuration/configuration-snapshot.js';
import { countSkips, NO_SKIPS, type ReplaySelection, type ReplaySkips } from './replay.js';
import type { ReplayPlanner } from './replay-planner.js';
import type { ReplayStore } from './replay-store.port.js';
import type { ReplayPair } from './reroute.js';

/** Count of the deliveries that a replay would create. */
export interface ReplayCount {
  readonly deliveries: number;
  /** Number of events or earlier deliveries that were read. */
  readonly scanned: number;
  readonly skipped: ReplaySkips;
  /** False if counting ended at its time limit, so that there are more. */
  readonly isExact: boolean;
  /** The first deliveries, oldest first. */
  readonly sample: readonly ReplayPair[];
}

/** Bounds of a count. */
export interface CountLimits {
  /** Time limit in milliseconds. */
  readonly withinMs: number;
  /** Candidates per read. */
  readonly batch: number;
  /** Maximum length of the sample. */
  readonly sample: number;
}

/** Counter of the deliveries that a replay would create. Uses the same steps as the replay and creates nothing. */
export class ReplayCounter {
  constructor(
    private readonly store: Pick<ReplayStore, 'candidates'>,
    private readonly planner: ReplayPlanner,
  ) {}

  /** @param before UUIDv7; events received at or after its time are not counted */
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
