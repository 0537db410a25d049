import type { CompiledBrand } from '../configuration/compiled-brand.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import type { WakeUps } from '../delivery/wake-ups.port.js';
import { messagingOfStep } from '../messaging/fallback.js';
import { firstDelayMs, firstDueAt } from '../messaging/first-due.js';
import { deliveryId } from '../ids.js';
import { countSkips } from './replay.js';
import type { ReplayPlanner } from './replay-planner.js';
import type { ReplayDelivery, ReplayStore, ClaimedReplay } from './replay-store.port.js';
import type { ReplayPair } from './reroute.js';

/** Bounds of the {@link ReplayRunner}. */
export interface ReplayRunnerOptions {
  /** Maximum number of candidates per step of a replay. */
  readonly batch: number;
  /** Lease of a step in milliseconds. When the lease expires, another process takes over the replay. */
  readonly leaseMs: number;
}

/** Delay before a blocked replay continues, in milliseconds. */
const POSTPONE_MS = 1_000;

/**
 * Runner of replays, which creates their deliveries in steps. Each step stores its deliveries and its position in one
 * commit. Delivery ids are derived from the event, the subscription and the replay. A process that continues after a
 * crash therefore creates no delivery twice and skips no delivery.
 */
export class ReplayRunner {
  /** Replay whose step failed and whose lease could not be released, because the database was unavailable. */
  private failed: ClaimedReplay | null = null;

  constructor(
    private readonly store: ReplayStore,
    private readonly planner: ReplayPlanner,
    private readonly configuration: LiveConfiguration,
    private readonly wakeUps: Pick<WakeUps, 'wake'>,
    private readonly options: ReplayRunnerOptions,
  ) {}

  /** Runs one step of one replay. Resolves with false if no replay is due. Throws if the database is unavailable. */
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
    const current = await this.configuration.brand(replay.brandId);
    // The brand was deleted, so its replays end.
    if (current === null) return this.store.endCancelled(replay);
    const position = { before: replay.id, cursor: replay.cursor };
    const { candidates, next } = await this.store.candidates(replay, position, this.stepLength(replay));
    const { pairs, skips } = await this.planner.plan(candidates, replay, current, current.brand);
    const now = replay.claimedAt;
    const queueIds = [...new Set(pairs.map(({ version }) => version.destinationId ?? version.subscriptionId))];
    // A route soon moves its deliveries to the queues of its destinations.
    const filledIds = [...new Set([...queueIds, ...pairs.flatMap((pair) => pair.candidates)])];
    // Postpone the replay, because otherwise new events would wait behind all deliveries of the replay.
    if ((await this.store.overloaded(filledIds, now)).length > 0) {
      return this.store.postpone(replay, now + POSTPONE_MS);
    }
    const created = await this.store.advance(replay, {
      deliveries: pairs.map((pair) => toDelivery(pair, replay.id, current, now)),
      scanned: candidates.length,
      skipped: countSkips(replay.skipped, skips),
      cursor: next,
      nextAt: nextStepAt(replay, pairs.length, now),
    });
    if (created !== null) for (const queueId of queueIds) this.wakeUps.wake(queueId);
  }

  private async cancelStep(replay: ClaimedReplay): Promise<void> {
    const { cancelled, left } = await this.store.cancelWaiting(replay);
    if (left === 0) return this.store.endCancelled(replay);
    // Deliveries in flight either end, or wait again. A later step cancels the deliveries that wait again.
    return this.store.postpone(replay, cancelled > 0 ? replay.claimedAt : replay.claimedAt + POSTPONE_MS);
  }

  /**
   * Returns the maximum number of candidates in one step. If the replay has a rate limit, a step creates the deliveries
   * of one second.
   */
  private stepLength({ ratePerSecond }: ClaimedReplay): number {
    const { batch } = this.options;
    return ratePerSecond === null ? batch : Math.min(batch, Math.max(1, Math.floor(ratePerSecond)));
  }
}

/**
 * Returns the time of the next step of a replay that just created deliveries, in milliseconds since the epoch. A
 * delayed replay catches up on at most one second of deliveries.
 */
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
  configuration: CompiledBrand,
  now: number,
): ReplayDelivery {
  const { subscriptionId } = version;
  const destinationId = version.destinationId ?? subscriptionId;
  const messaging = version.destinationId === null ? undefined : messagingOfStep(version.messaging, 0);
  return {
    id: deliveryId({ eventId: event.id, subscriptionId, replayId }),
    subscriptionId,
    subscriptionVersionId: version.id,
    destinationId,
    dueAt: firstDueAt({
      at: now,
      delayMs: firstDelayMs(configuration.destinations.get(destinationId)),
      customerId: event.customerKey,
      messaging: version.messaging,
    }),
    ...(order && { order }),
    ...(messaging && { messaging }),
    event,
  };
}
