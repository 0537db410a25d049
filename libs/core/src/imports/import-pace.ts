import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../clock.js';
import type { CompiledBrand } from '../configuration/compiled-brand.js';
import type { ReplayStore } from '../replay/replay-store.port.js';

/** The lease of an import was lost, or the import was cancelled. */
export class LeaseLost extends Error {}
/** The turn of an import is over, or the process stops. Rows that are not stored are read again in the next turn. */
export class TurnOver extends Error {}

/** Dependencies of an {@link ImportPace}. */
export interface ImportPaceDependencies {
  /** Returns how long the oldest live event of this process has waited for a commit, in milliseconds. 0 if none waits. */
  readonly liveWaitMs: () => number;
  readonly overloaded: ReplayStore['overloaded'];
  readonly clock: Clock;
}

/** Limits of an {@link ImportPace}. */
export interface PaceLimits {
  /** Maximum number of rows per second. */
  readonly perSecond: number;
  /** Queues whose backlog holds the import back. */
  readonly queueIds: readonly string[];
  readonly isLost: () => boolean;
  /** End of the turn on the monotonic clock, in milliseconds. */
  readonly turnEnd: number;
  readonly stopping: AbortSignal;
}

/** Time between two looks at what holds a batch back, in milliseconds. */
const LOOK_AGAIN_MS = 20;
/** Wait of a live event from which a batch is held back, in milliseconds. A group of live events usually waits 5 ms. */
const LONG_LIVE_WAIT_MS = 10;
/** Longest time that waiting live events hold back one batch, so that an import always advances, in milliseconds. */
const MAX_YIELD_MS = 1_000;
/** Time after which the backlogs of the destinations are counted again, in milliseconds. */
const COUNT_BACKLOG_EVERY_MS = 1_000;
/** Pause after a batch, as a multiple of the time that the batch took. */
const REST = 1;

/** Pace of an import: decides when its next batch may be stored, so that the import does not delay live events. */
export class ImportPace {
  private nextAt = performance.now();
  private backlogCountedAt = -Infinity;

  constructor(
    private readonly parts: ImportPaceDependencies,
    private readonly limits: PaceLimits,
  ) {}

  /** Waits until a batch may be stored. Throws a LeaseLost or a TurnOver if the import may not continue. */
  async untilNext(rows: number): Promise<void> {
    await this.pause(this.nextAt - performance.now());
    this.nextAt = Math.max(this.nextAt, performance.now() - 1_000) + (rows / this.limits.perSecond) * 1_000;
    await this.untilNoBacklog();
    const end = performance.now() + MAX_YIELD_MS;
    while (this.parts.liveWaitMs() > LONG_LIVE_WAIT_MS && performance.now() < end) await this.lookAgain();
  }

  /** Adds a pause after a batch, so that a slow database or a busy processor slows the import down. */
  stored(tookMs: number): void {
    this.nextAt = Math.max(this.nextAt, performance.now() + tookMs * REST);
  }

  /** Waits a short time for what holds a batch back. Throws as {@link untilNext}. */
  lookAgain(): Promise<void> {
    return this.pause(LOOK_AGAIN_MS);
  }

  /** Waits while a destination has a backlog, because otherwise new events would wait behind the rows of the file. */
  private async untilNoBacklog(): Promise<void> {
    const { queueIds } = this.limits;
    if (queueIds.length === 0 || performance.now() - this.backlogCountedAt < COUNT_BACKLOG_EVERY_MS) return;
    while ((await this.parts.overloaded(queueIds, this.parts.clock.now())).length > 0) {
      await this.pause(COUNT_BACKLOG_EVERY_MS);
    }
    this.backlogCountedAt = performance.now();
  }

  private async pause(ms: number): Promise<void> {
    const { isLost, turnEnd, stopping } = this.limits;
    if (ms > 0) await delay(ms, undefined, { signal: stopping }).catch(() => undefined);
    if (isLost()) throw new LeaseLost();
    if (stopping.aborted || performance.now() > turnEnd) throw new TurnOver();
  }
}

/** Returns the ids of the queues that get deliveries of a source. */
export function queuesOf(brand: CompiledBrand, sourceId: string): readonly string[] {
  const queueIds = brand.records.subscriptions
    .filter((subscription) => subscription.sourceId === sourceId)
    .flatMap(({ destinationId, subscriptionId, route = [] }) => [
      destinationId ?? subscriptionId,
      ...route.map((entry) => entry.destinationId),
    ]);
  return [...new Set(queueIds)];
}
