import { Stopwatch, type Clock } from '../clock.js';
import type { Turn } from './call-pacer.js';
import type { Claims, ClaimedHere } from './claims.js';
import type { AttemptOutcome, ClaimedDelivery } from './delivery.js';
import type { DestinationLimits } from './destination-limits.js';
import type { DispatcherLog } from './dispatcher-log.js';
import { Lane } from './lane.js';
import { Passes } from './passes.js';
import { ProcessRoom } from './process-room.js';
import type { SettleDelivery } from './settle-delivery.js';
import { leaseFor } from './time-limit.js';
import type { Lease, TryClaimed } from './try-claimed.js';
import type { WakeUps } from './wake-ups.port.js';

/** Bounds of the {@link Dispatcher}. */
export interface DispatcherOptions {
  /** Deliveries claimed at a time for one destination. */
  readonly batch: number;
  /** How long one slice may claim, in milliseconds; then it hands on, so that every destination gets its turn. */
  readonly sliceMs: number;
  /** Calls in flight in this process. */
  readonly maxInFlight: number;
}

/** Claims due deliveries, has each tried, and writes what was decided. */
export class Dispatcher {
  private readonly lanes = new Map<string, Lane>();
  private readonly running = new Set<Promise<void>>();
  /** For destinations of this worker alone whose rate allows no call yet. */
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly abort = new AbortController();
  private readonly passes = new Passes();
  private readonly room: ProcessRoom;
  private stopping = false;

  constructor(
    private readonly claims: Claims,
    private readonly limits: DestinationLimits,
    private readonly tries: TryClaimed,
    private readonly settlement: SettleDelivery,
    private readonly wakeUps: Pick<WakeUps, 'wake' | 'wakeAt'>,
    private readonly clock: Clock,
    private readonly log: DispatcherLog,
    private readonly options: DispatcherOptions,
  ) {
    this.room = new ProcessRoom(options.maxInFlight, (destinationId) => this.wake(destinationId));
  }

  /**
   * One bounded slice of one destination: claims what is due while there is room for it, and hands on. One that belongs
   * to another worker is passed on.
   */
  async runSlice(destinationId: string): Promise<void> {
    if (this.stopping) return;
    if (!this.limits.isMine(destinationId)) {
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
      if (lane.idle && !this.room.awaits(lane)) this.lanes.delete(destinationId);
    }
  }

  /**
   * Has a destination's next slice run: by whichever worker comes first, or here where it is this one's alone. One of
   * another's is left to that: it wakes its own.
   */
  wake(destinationId: string): void {
    if (this.stopping) return;
    if (this.limits.isAnyones(destinationId)) this.wakeUps.wake(destinationId);
    else this.startSlice(destinationId);
  }

  /** Has a destination's next slice run in this process, if it may send to the destination. Returns at once. */
  startSlice(destinationId: string): void {
    if (this.stopping || !this.limits.isMine(destinationId)) return;
    setImmediate(() => void this.runSlice(destinationId).catch((error: unknown) => this.log.fault(error, 'slice')));
  }

  /** Decides what workers left behind whose lease died while a request was on its way. */
  async takeOverExpired(): Promise<void> {
    const expired = await this.claims.takeOverExpired(this.options.batch);
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
    for (const timer of this.timers.values()) clearTimeout(timer);
    await withinTime(graceMs, () => this.settled());
    this.abort.abort(new Error('The hub is shutting down.'));
    await withinTime(ABORT_GRACE_MS, () => this.settled());
    await withinTime(ABORT_GRACE_MS, () => this.settlement.abandon());
  }

  private async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
    await this.settlement.settled();
  }

  /** @returns true where the destination has more that is due now */
  private async slice(lane: Lane): Promise<boolean> {
    const end = performance.now() + this.options.sliceMs;
    while (!this.stopping) {
      const now = this.clock.now();
      const { rate, concurrency, blockedUntil } = this.limits.now(lane.destinationId, now);
      if (blockedUntil !== null) {
        this.wakeUps.wakeAt(lane.destinationId, blockedUntil);
        return false;
      }
      const allowance = lane.keepTo(rate, this.limits.ownedSince)?.allowance();
      if (allowance?.calls === 0) {
        this.wakeHereIn(lane.destinationId, allowance.inMs);
        return false;
      }
      const steady = performance.now();
      const left = end - steady;
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
      const wanted = Math.min(this.options.batch, free, allowance?.calls ?? free, lane.worthClaiming);
      const calls = Math.min(wanted, this.room.roomFor(lane, steady));
      if (calls > 0) {
        if ((await this.claimAndStart(lane, calls)) < calls) return false;
      } else if (!(await this.room.waitFor(lane, left))) return false;
    }
    return false;
  }

  /** @returns how many were due */
  private async claimAndStart(lane: Lane, limit: number): Promise<number> {
    lane.take(limit);
    this.room.take(lane, limit, performance.now());
    const lease: Lease = {
      watch: new Stopwatch(),
      leaseMs: leaseFor(this.limits.timeLimitOf(lane.destinationId)),
    };
    let claimed: ClaimedHere = { toTry: [], decided: [], behind: 0 };
    try {
      claimed = await this.claims.take({ destinationId: lane.destinationId, limit, leaseMs: lease.leaseMs });
    } finally {
      lane.giveBack(limit - claimed.toTry.length);
      this.room.giveBack(lane, limit - claimed.toTry.length - claimed.decided.length);
    }
    const { toTry, decided, behind } = claimed;
    for (const delivery of toTry) this.track(this.run(lane, delivery, lease, lane.turn()), lane);
    for (const { delivery, outcome } of decided) this.track(this.settle(delivery, this.clock.now(), outcome), lane);
    const due = toTry.length + decided.length + behind;
    lane.claimed(limit, due);
    return due;
  }

  private async run(lane: Lane, delivery: ClaimedDelivery, lease: Lease, turn: Turn): Promise<void> {
    const startedAt = this.clock.now();
    const begunAt = performance.now();
    const permit = { turn, mayWrite: () => this.limits.mayWrite(lane.destinationId) };
    const outcome = this.stopping ? 'handBack' : await this.tries.once(delivery, lease, permit, this.abort.signal);
    turn.end();
    const endedAt = performance.now();
    lane.pace.ended(Math.max(0, endedAt - begunAt - turn.waitedMs), endedAt);
    if (lane.giveBack(1)) this.wake(lane.destinationId);
    if (outcome === 'handBack') await this.handBack(delivery);
    else await this.settle(delivery, startedAt + Math.floor(turn.waitedMs), outcome);
  }

  private async settle(delivery: ClaimedDelivery, startedAt: number, outcome: AttemptOutcome): Promise<void> {
    const { dueAt } = await this.settlement.settle(delivery, startedAt, outcome);
    // The next of its key had to wait for it.
    if (delivery.order !== null) this.wake(delivery.destinationId);
    if (dueAt !== null) this.wakeUps.wakeAt(delivery.destinationId, dueAt);
  }

  /**
   * Repeated until it is written: it may be marked as being sent, and left to its lease it would end as unconfirmed
   * although nothing was sent.
   */
  private async handBack(delivery: ClaimedDelivery): Promise<void> {
    for (;;) {
      try {
        await this.claims.giveBack(delivery);
        return;
      } catch (error) {
        this.log.fault(error, `release of ${delivery.id}`);
        if (this.abort.signal.aborted) return;
        await new Promise((resolve) => setTimeout(resolve, RETRY_RELEASE_MS));
      }
    }
  }

  /** By a timer of this process: wake-ups for later are exact to a second only. */
  private wakeHereIn(destinationId: string, milliseconds: number): void {
    // The sweep finds those that are to wait for longer.
    if (milliseconds > LONGEST_TIMER_MS || this.timers.has(destinationId)) return;
    const timer = setTimeout(() => {
      this.timers.delete(destinationId);
      this.wake(destinationId);
    }, milliseconds);
    this.timers.set(destinationId, timer);
  }

  private laneOf(destinationId: string): Lane {
    const known = this.lanes.get(destinationId);
    if (known !== undefined) return known;
    const lane = new Lane(destinationId, this.limits.brandOf(destinationId));
    this.lanes.set(destinationId, lane);
    return lane;
  }

  /** @param lane that has room for it, which is free again when the work is done */
  private track(work: Promise<void>, lane?: Lane): void {
    const tracked = work
      .catch((error: unknown) => this.log.fault(error, 'dispatcher'))
      .finally(() => {
        this.running.delete(tracked);
        if (lane !== undefined) this.room.giveBack(lane, 1);
      });
    this.running.add(tracked);
  }
}

const ABORT_GRACE_MS = 2_000;
const LONGEST_TIMER_MS = 60_000;
const RETRY_RELEASE_MS = 500;

const LOST_IN_FLIGHT: AttemptOutcome = {
  kind: 'unconfirmed',
  message: 'The worker died while the request was on its way, so nobody knows whether the vendor took it.',
};

async function withinTime(milliseconds: number, work: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work(), timeout]);
  clearTimeout(timer);
}
