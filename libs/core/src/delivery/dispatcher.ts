import { Batcher } from '../batcher.js';
import type { Clock } from '../clock.js';
import type { DestinationLimitsSpec } from '../configuration/brand-definition.js';
import type { DestinationRecord } from '../configuration/configuration-snapshot.js';
import { HUB_ACTOR, type ConfigurationStore } from '../configuration/configuration-store.port.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import type { AttemptContext, AttemptDelivery } from './attempt-delivery.js';
import { decide, type DestinationEffect, type EffectiveRetryPolicy } from './decide.js';
import type { AttemptOutcome, ClaimedDelivery } from './delivery.js';
import type { ClaimRequest, DeliveryStore } from './delivery-store.port.js';
import type { DestinationHealth } from './destination-health.js';
import type { Fleet } from './fleet.js';
import { DEFAULT_PAUSE_AFTER_MS, isProbing, shareNow } from './gate.js';
import { Lane } from './lane.js';
import type { OutcomeRecorder } from './outcome-recorder.js';
import { Passes } from './passes.js';
import { latestStart, leaseFor, LEASE_MARGIN_MS, MAX_TIME_LIMIT_MS } from './time-limit.js';
import type { WakeUps } from './wake-ups.port.js';

/** Bounds of the {@link Dispatcher}. */
export interface DispatcherOptions {
  /** Deliveries claimed at a time for one destination. */
  readonly batch: number;
  /** How long one slice may claim, in milliseconds; then it hands on, so that every destination gets its turn. */
  readonly sliceMs: number;
  /** Calls in flight in this process. */
  readonly maxInFlight: number;
  /** Calls in flight to one destination, where neither the brand nor the plugin says. */
  readonly defaultConcurrency: number;
}

/** What the {@link Dispatcher} reports for people: one wide line a try, and what went wrong. */
export interface DispatcherLog {
  attempted(facts: {
    readonly deliveryId: string;
    readonly eventId: string;
    readonly destinationId: string;
    readonly attempt: number;
    readonly outcome: string;
    readonly state: string;
    readonly durationMs: number;
    readonly nextDueAt: number | null;
    readonly written: boolean;
  }): void;
  paused(facts: { readonly destinationId: string; readonly reason: string }): void;
  fault(error: unknown, where: string): void;
}

/** Claims due deliveries, has each tried, and writes what was decided. */
export class Dispatcher {
  private readonly lanes = new Map<string, Lane>();
  private readonly claims: Batcher<ClaimRequest, ClaimedHere>;
  private readonly marks: Batcher<ClaimedDelivery, boolean>;
  private readonly running = new Set<Promise<void>>();
  private readonly waitingForRoom: (() => void)[] = [];
  private readonly abort = new AbortController();
  private readonly passes = new Passes();
  private stopping = false;

  constructor(
    private readonly store: DeliveryStore,
    private readonly configuration: LiveConfiguration,
    private readonly pauses: Pick<ConfigurationStore, 'pauseDestination'>,
    private readonly attempts: AttemptDelivery,
    private readonly recorder: OutcomeRecorder,
    private readonly wakeUps: Pick<WakeUps, 'wake' | 'wakeAt'>,
    private readonly fleet: Fleet,
    private readonly health: DestinationHealth,
    private readonly clock: Clock,
    private readonly log: DispatcherLog,
    private readonly options: DispatcherOptions,
  ) {
    this.claims = new Batcher((requests) => this.claim(requests), { lingerMs: 1, maxBatch: 64, maxInFlight: 4 });
    this.marks = new Batcher((deliveries) => this.mark(deliveries), { lingerMs: 2, maxBatch: 200, maxInFlight: 2 });
  }

  /**
   * One bounded slice of one destination: claims what is due while there is room for it, and hands on. One that belongs
   * to another worker is passed on.
   */
  async runSlice(destinationId: string): Promise<void> {
    if (this.stopping) return;
    if (!this.isMine(destinationId)) {
      if (this.passes.mayPass(destinationId, this.clock.now())) this.wakeUps.wake(destinationId);
      return;
    }
    const lane = this.laneOf(destinationId);
    if (!lane.beginSlice()) return;
    let handOn = false;
    try {
      handOn = await this.slice(lane);
    } finally {
      if (lane.endSlice() || handOn) this.wake(destinationId);
      if (lane.idle(this.clock.now())) this.lanes.delete(destinationId);
    }
  }

  /**
   * Has a destination's next slice run: by whichever worker comes first, or here where it is this one's alone. One of
   * another's is left to that: it wakes its own.
   */
  wake(destinationId: string): void {
    if (this.stopping || !this.isMine(destinationId)) return;
    if (this.fleet.alone || !this.hasOwner(destinationId)) this.wakeUps.wake(destinationId);
    else
      setImmediate(() => void this.runSlice(destinationId).catch((error: unknown) => this.log.fault(error, 'slice')));
  }

  /** Decides what workers left behind whose lease died while a request was on its way. */
  async takeOverExpired(): Promise<void> {
    const expired = await this.store.takeOverExpired(this.options.batch, LEASE_MARGIN_MS);
    for (const delivery of expired) {
      this.track(this.settle(delivery, this.clock.now(), LOST_IN_FLIGHT));
    }
  }

  /**
   * Takes nothing new; waits up to `graceMs` for what is in flight, then aborts it, and writes all outcomes. What could
   * not be written is left to its lease.
   */
  async stop(graceMs: number): Promise<void> {
    this.stopping = true;
    await withinTime(graceMs, () => this.settled());
    this.abort.abort(new Error('The hub is shutting down.'));
    await withinTime(ABORT_GRACE_MS, () => this.settled());
    this.recorder.abandon();
    await withinTime(ABORT_GRACE_MS, () => this.recorder.drained());
  }

  private async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
    await this.recorder.drained();
    await this.health.settled();
  }

  /** Limits, and probes of one that fails, are kept by one worker alone; all others may be sent to by anyone. */
  private hasOwner(destinationId: string): boolean {
    if (this.health.gateOf(destinationId) !== undefined) return true;
    const { ratePerSecond, concurrency } = this.limitsOf(destinationId);
    return ratePerSecond !== undefined || concurrency !== undefined;
  }

  private isMine(destinationId: string): boolean {
    return this.fleet.alone || !this.hasOwner(destinationId) || this.fleet.owns(destinationId);
  }

  /** @returns true where the destination has more that is due now */
  private async slice(lane: Lane): Promise<boolean> {
    const end = performance.now() + this.options.sliceMs;
    while (!this.stopping) {
      const now = this.clock.now();
      const { ratePerSecond, concurrency, closedUntil } = this.limitsNow(lane.destinationId, now);
      const rate = ratePerSecond === undefined ? null : lane.allowance(ratePerSecond, now);
      const opensAt = closedUntil ?? (rate?.calls === 0 ? rate.nextAt : null);
      if (opensAt !== null) {
        this.wakeUps.wakeAt(lane.destinationId, opensAt);
        return false;
      }
      const left = end - performance.now();
      const free = lane.free(concurrency);
      if (free === 0) {
        if (left <= 0) {
          lane.park();
          return false;
        }
        await lane.waitForSlot(left);
        continue;
      }
      if (left <= 0) return true;
      const room = Math.min(
        this.options.batch,
        free,
        rate?.calls ?? free,
        this.options.maxInFlight - this.running.size,
      );
      if (room <= 0) await this.roomInProcess();
      else if ((await this.claimAndStart(lane, room)) < room) return false;
    }
    return false;
  }

  /** @returns how many were due */
  private async claimAndStart(lane: Lane, limit: number): Promise<number> {
    lane.take(limit);
    const claimedAt = performance.now();
    const leaseMs = leaseFor(this.timeLimitFor(lane.destinationId));
    let claimed: ClaimedHere = { toTry: [], decided: [], behind: 0 };
    try {
      claimed = await this.claims.add({ destinationId: lane.destinationId, limit, leaseMs });
    } finally {
      lane.giveBack(limit - claimed.toTry.length);
    }
    const { toTry, decided, behind } = claimed;
    lane.spend(toTry.length);
    for (const delivery of toTry) this.track(this.run(lane, delivery, { claimedAt, leaseMs }));
    for (const { delivery, outcome } of decided) this.track(this.settle(delivery, this.clock.now(), outcome));
    return toTry.length + decided.length + behind;
  }

  private limitsOf(destinationId: string): DestinationLimitsSpec {
    const record = this.configuration.current.destination(destinationId);
    return record === undefined ? {} : this.attempts.limitsOf(record);
  }

  /** The limits as they are now: a part of them while the destination mends, one call where it is only tried. */
  private limitsNow(destinationId: string, now: number): LimitsNow {
    const { ratePerSecond, concurrency = this.options.defaultConcurrency } = this.limitsOf(destinationId);
    const gate = this.health.gateOf(destinationId);
    const share = shareNow(gate, now);
    return {
      ...(ratePerSecond === undefined ? {} : { ratePerSecond: ratePerSecond * share }),
      concurrency: isProbing(gate) ? 1 : Math.max(1, Math.floor(concurrency * share)),
      closedUntil: gate !== undefined && gate.closedUntil > now ? gate.closedUntil : null,
    };
  }

  private timeLimitFor(destinationId: string): number {
    const record = this.configuration.current.destination(destinationId);
    return record === undefined ? MAX_TIME_LIMIT_MS : this.attempts.timeLimitOf(record);
  }

  /** Resolves when a delivery of any destination has come to its end. */
  private roomInProcess(): Promise<void> {
    return new Promise((resolve) => this.waitingForRoom.push(resolve));
  }

  private async run(lane: Lane, delivery: ClaimedDelivery, lease: Lease): Promise<void> {
    const startedAt = this.clock.now();
    const outcome = await this.tryOnce(delivery, lease);
    if (lane.giveBack(1)) this.wake(lane.destinationId);
    if (outcome === 'handBack') await this.handBack(delivery);
    else await this.settle(delivery, startedAt, outcome);
  }

  private async tryOnce(delivery: ClaimedDelivery, lease: Lease): Promise<AttemptOutcome | 'handBack'> {
    try {
      if (this.stopping) return 'handBack';
      const destination = await this.destinationOf(delivery);
      // Paused or taken away since the claim: it waits, or ends, with the destination.
      if (destination === undefined || destination.paused || destination.disabled) return 'handBack';
      const timeLimitMs = this.attempts.timeLimitOf(destination);
      const context: AttemptContext = {
        configuration: this.configuration.current,
        destination,
        signal: this.abort.signal,
        markSending: () => this.marks.add(delivery),
        mayStart: () => performance.now() <= latestStart(lease.claimedAt, lease.leaseMs, timeLimitMs),
      };
      const { pendingSince, externalId } = delivery;
      return pendingSince === null || externalId === null
        ? await this.attempts.attempt(delivery, context)
        : await this.attempts.poll(delivery, externalId, context);
    } catch (error) {
      this.log.fault(error, `delivery ${delivery.id}`);
      return { kind: 'ownFault', message: 'The hub could not try this delivery; it will.' };
    }
  }

  /** The destination as it is now: the claim says how new that has to be. */
  private async destinationOf(delivery: ClaimedDelivery): Promise<DestinationRecord | undefined> {
    const known = this.configuration.current.destination(delivery.destinationId);
    const versionKnown = this.configuration.current.source(delivery.event.sourceId) !== undefined;
    if (known !== undefined && known.version >= delivery.destinationVersion && versionKnown) return known;
    await this.configuration.refresh();
    return this.configuration.current.destination(delivery.destinationId);
  }

  private async settle(delivery: ClaimedDelivery, startedAt: number, outcome: AttemptOutcome): Promise<void> {
    const now = this.clock.now();
    const decision = decide(
      { delivery, outcome, startedAt, durationMs: Math.max(0, now - startedAt) },
      this.policyFor(delivery),
      now,
      Math.random(),
    );
    const noted = this.health.note(delivery.destinationId, outcome, this.pauseAfterMs(delivery.destinationId));
    const effect = decision.effect ?? noted;
    if (effect !== null) await this.affect(delivery.destinationId, effect);
    const written = await this.recorder
      .record(decision.delivery, this.tellsLater(delivery.destinationId))
      .catch((error: unknown) => {
        this.log.fault(error, `outcome of delivery ${delivery.id}`);
        return false;
      });
    this.log.attempted({
      deliveryId: delivery.id,
      eventId: delivery.event.id,
      destinationId: delivery.destinationId,
      attempt: decision.delivery.attempts,
      outcome: outcome.kind,
      state: decision.delivery.state,
      durationMs: Math.max(0, now - startedAt),
      nextDueAt: decision.delivery.dueAt,
      written,
    });
    // The next of its key had to wait for it.
    if (delivery.order !== null) this.wake(delivery.destinationId);
    if (decision.delivery.dueAt !== null) this.wakeUps.wakeAt(delivery.destinationId, decision.delivery.dueAt);
  }

  private tellsLater(destinationId: string): string | null {
    const destination = this.configuration.current.destination(destinationId);
    return destination !== undefined && this.attempts.tellsLater(destination) ? destinationId : null;
  }

  private pauseAfterMs(destinationId: string): number {
    return this.configuration.current.destination(destinationId)?.retry.pauseAfterMs ?? DEFAULT_PAUSE_AFTER_MS;
  }

  private policyFor(delivery: ClaimedDelivery): EffectiveRetryPolicy {
    const destination = this.configuration.current.destination(delivery.destinationId);
    // A destination that has gone gets no second message by guesswork.
    return destination === undefined ? { scheduleMs: [0], onUnconfirmed: 'hold' } : this.attempts.policyOf(destination);
  }

  private async affect(destinationId: string, effect: DestinationEffect): Promise<void> {
    if (effect.kind === 'slow') {
      this.health.slow(destinationId, effect.until);
      return;
    }
    try {
      await this.pauses.pauseDestination(destinationId, effect.reason, HUB_ACTOR);
      this.health.forget(destinationId);
      this.log.paused({ destinationId, reason: effect.reason });
    } catch (error) {
      this.log.fault(error, `pause of destination ${destinationId}`);
    }
  }

  private async handBack(delivery: ClaimedDelivery): Promise<void> {
    await this.store.release([delivery]).catch((error: unknown) => this.log.fault(error, `release of ${delivery.id}`));
  }

  private async claim(requests: readonly ClaimRequest[]): Promise<readonly ClaimedHere[]> {
    const { deliveries, behind } = await this.store.claim(requests, this.clock.now());
    return requests.map(({ destinationId }) => {
      const here = deliveries.filter((delivery) => delivery.destinationId === destinationId);
      return {
        toTry: here.filter((delivery) => withoutTry(delivery) === null),
        decided: here.flatMap((delivery) => {
          const outcome = withoutTry(delivery);
          return outcome === null ? [] : [{ delivery, outcome }];
        }),
        behind: behind.get(destinationId) ?? 0,
      };
    });
  }

  private async mark(deliveries: readonly ClaimedDelivery[]): Promise<readonly boolean[]> {
    const marked = await this.store.markSending(deliveries);
    return deliveries.map((delivery) => marked.has(delivery));
  }

  private laneOf(destinationId: string): Lane {
    const known = this.lanes.get(destinationId);
    if (known !== undefined) return known;
    const lane = new Lane(destinationId);
    this.lanes.set(destinationId, lane);
    return lane;
  }

  private track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => this.log.fault(error, 'dispatcher'))
      .finally(() => {
        this.running.delete(tracked);
        this.waitingForRoom.shift()?.();
      });
    this.running.add(tracked);
  }
}

/** What may be sent to a destination at a moment. */
interface LimitsNow {
  readonly ratePerSecond?: number;
  readonly concurrency: number;
  readonly closedUntil: number | null;
}

/** What a claim gave of one destination. */
interface ClaimedHere {
  readonly toTry: readonly ClaimedDelivery[];
  /** Those that need no call. */
  readonly decided: readonly { readonly delivery: ClaimedDelivery; readonly outcome: AttemptOutcome }[];
  /** Due, but behind others of their key. */
  readonly behind: number;
}

/** What a claim was made with; its time by a clock that never jumps. */
interface Lease {
  readonly claimedAt: number;
  readonly leaseMs: number;
}

const ABORT_GRACE_MS = 2_000;

const LOST_IN_FLIGHT: AttemptOutcome = {
  kind: 'unconfirmed',
  message: 'The worker died while the request was on its way, so nobody knows whether the vendor took it.',
};

const OUTDATED: AttemptOutcome = {
  kind: 'superseded',
  message: 'A newer state of the same key waits or was delivered.',
};

const TOLD: AttemptOutcome = {
  kind: 'told',
  message: 'The vendor has told what became of it, so it has it: it is not sent again.',
};

/** What a delivery comes to without a call; null where it is to be tried. */
function withoutTry({ outdated, told }: ClaimedDelivery): AttemptOutcome | null {
  if (outdated) return OUTDATED;
  return told ? TOLD : null;
}

async function withinTime(milliseconds: number, work: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work(), timeout]);
  clearTimeout(timer);
}
