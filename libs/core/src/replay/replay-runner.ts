import type { CompiledConfiguration } from '../configuration/compiled-configuration.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import type { WakeUps } from '../delivery/wake-ups.port.js';
import { messagingOfStep } from '../messaging/fallback.js';
import { firstDueAt } from '../messaging/first-due.js';
import { deliveryId } from '../ids.js';
import { countSkips } from './replay.js';
import type { ReplayPlanner } from './replay-planner.js';
import type { ReplayDelivery, ReplayStore, ClaimedReplay } from './replay-store.port.js';
import type { ReplayPair } from './reroute.js';

/** Bounds of the {@link ReplayRunner}. */
export interface ReplayRunnerOptions {
  /** Candidates looked at in one step. */
  readonly batch: number;
  /** How long a step may take before another process goes on in its stead, in milliseconds. */
  readonly leaseMs: number;
}

/** Delay before a blocked replay continues, in milliseconds. */
const POSTPONE_MS = 1_000;

/**
 * Makes the deliveries of replays, step by step. Where it got to stands in the store and moves in the same commit as the
 * deliveries, and their ids follow from the event, the subscription and the replay: whoever goes on after a crash makes
 * nothing twice and leaves nothing out.
 */
export class ReplayRunner {
  /** One whose step failed and whose lease is still ours: the database was away for both. */
  private failed: ClaimedReplay | null = null;

  constructor(
    private readonly store: ReplayStore,
    private readonly planner: ReplayPlanner,
    private readonly configuration: LiveConfiguration,
    private readonly wakeUps: Pick<WakeUps, 'wake'>,
    private readonly options: ReplayRunnerOptions,
  ) {}

  /** One step of one replay. Resolves with false where none has anything to do now. Throws where the database is away. */
  async once(): Promise<boolean> {
    await this.releaseFailed();
    const replay = await this.store.claim(this.options.leaseMs);
    if (replay === null) return false;
    try {
      if (replay.state === 'cancelling') await this.cancelStep(replay);
      else await this.step(replay);
    } catch (error) {
      this.failed = replay;
      await this.releaseFailed().catch(() => undefined);
      throw error;
    }
    return true;
  }

  private async releaseFailed(): Promise<void> {
    if (this.failed === null) return;
    await this.store.postpone(this.failed, this.failed.claimedAt + POSTPONE_MS);
    this.failed = null;
  }

  private async step(replay: ClaimedReplay): Promise<void> {
    await this.configuration.refresh();
    const { current } = this.configuration;
    const brand = current.brand(replay.brandId);
    // Its brand was deleted: nobody is left to send anything for.
    if (brand === undefined) return this.store.endCancelled(replay);
    const place = { before: replay.id, cursor: replay.cursor };
    const { candidates, next } = await this.store.candidates(replay, place, this.stepLength(replay));
    const { pairs, skips } = await this.planner.plan(candidates, replay, current, brand);
    const now = replay.claimedAt;
    const destinationIds = [...new Set(pairs.map(({ version }) => version.destinationId))];
    // What comes in meanwhile would have to wait behind all of the replay.
    if ((await this.store.overloaded(destinationIds, now)).length > 0) {
      return this.store.postpone(replay, now + POSTPONE_MS);
    }
    const created = await this.store.advance(replay, {
      deliveries: pairs.map((pair) => toDelivery(pair, replay.id, current, now)),
      scanned: candidates.length,
      skipped: countSkips(replay.skipped, skips),
      cursor: next,
      nextAt: nextStepAt(replay, pairs.length, now),
    });
    if (created !== null) for (const destinationId of destinationIds) this.wakeUps.wake(destinationId);
  }

  private async cancelStep(replay: ClaimedReplay): Promise<void> {
    const { cancelled, left } = await this.store.cancelWaiting(replay);
    if (left === 0) return this.store.endCancelled(replay);
    // What is in flight ends, or waits again and is cancelled then.
    return this.store.postpone(replay, cancelled > 0 ? replay.claimedAt : replay.claimedAt + POSTPONE_MS);
  }

  /** With a rate, about a second's worth. */
  private stepLength({ ratePerSecond }: ClaimedReplay): number {
    const { batch } = this.options;
    return ratePerSecond === null ? batch : Math.min(batch, Math.max(1, Math.floor(ratePerSecond)));
  }
}

/** When a replay that has just made some deliveries may make more. Of the time it lost it catches up a second. */
export function nextStepAt(
  { ratePerSecond, nextAt }: Pick<ClaimedReplay, 'ratePerSecond' | 'nextAt'>,
  created: number,
  now: number,
): number {
  if (ratePerSecond === null) return now;
  return Math.max(nextAt, now - 1_000) + (created / ratePerSecond) * 1_000;
}

function toDelivery(
  { event, version, order }: ReplayPair,
  replayId: string,
  configuration: CompiledConfiguration,
  now: number,
): ReplayDelivery {
  const { subscriptionId, destinationId } = version;
  const messaging = messagingOfStep(version.messaging, 0);
  return {
    id: deliveryId({ eventId: event.id, subscriptionId, replayId }),
    subscriptionId,
    subscriptionVersionId: version.id,
    destinationId,
    dueAt: firstDueAt({
      at: now,
      delayMs: configuration.destination(destinationId)?.retry.scheduleMs[0] ?? 0,
      customerId: event.customerId,
      messaging: version.messaging,
    }),
    ...(order && { order }),
    ...(messaging && { messaging }),
    event,
  };
}
