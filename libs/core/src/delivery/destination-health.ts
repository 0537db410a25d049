import type { DeliveryErrorKind } from '@patchbay/plugin-sdk';
import type { Clock } from '../clock.js';
import type { DestinationEffect } from './decide.js';
import type { AttemptOutcome } from './delivery.js';
import {
  afterFailure,
  afterSuccess,
  afterThrottle,
  isHealed,
  isProbing,
  type FailureStreak,
  type Gate,
} from './gate.js';
import type { WorkerBoard } from './worker-board.port.js';

/**
 * How the destinations are, as far as it is told by what became of calls: here at once, by the board to the other workers
 * within a second. Costs nothing where all is well.
 */
export class DestinationHealth {
  /** Of destinations that no gate says to fail: one that does counts for itself, and its end is theirs. */
  private readonly streaks = new Map<string, FailureStreak>();
  private gates = new Map<string, Gate>();
  private readonly writing = new Set<Promise<void>>();

  constructor(
    private readonly board: Pick<WorkerBoard, 'setGate' | 'removeGate'>,
    private readonly clock: Clock,
    private readonly onFault: (error: unknown) => void,
  ) {}

  /** Takes over what the board said. */
  refresh(gates: ReadonlyMap<string, Gate>): void {
    const now = this.clock.now();
    // One that was set here and is on its way to the board stays: the board may have been read before it came there.
    const closedHere = this.writing.size === 0 ? [] : [...this.gates].filter(([, gate]) => gate.closedUntil > now);
    this.gates = new Map([...gates, ...closedHere]);
    // What was counted here would outlive the gate, which another worker sees heal, or a person takes away: long after, the
    // first failure would be one too many, since a moment long past.
    for (const [destinationId, gate] of this.gates) if (isProbing(gate)) this.streaks.delete(destinationId);
  }

  /** Undefined where all is well. */
  gateOf(destinationId: string): Gate | undefined {
    return this.gates.get(destinationId);
  }

  /** The vendor asked for patience. */
  slow(destinationId: string, until: number): void {
    this.set(destinationId, afterThrottle(this.gates.get(destinationId), until, this.clock.now()));
  }

  /**
   * Notes what became of a call.
   * @param pauseAfterMs a destination that fails for longer is paused
   * @returns the pause, where it has failed for too long
   */
  note(destinationId: string, outcome: AttemptOutcome, pauseAfterMs: number): DestinationEffect | null {
    switch (outcome.kind) {
      case 'accepted':
      case 'pending':
      case 'rejected':
        this.answered(destinationId);
        return null;
      case 'transient':
      case 'unconfirmed':
        return this.failed(destinationId, outcome, pauseAfterMs);
      case 'credentials':
      case 'mapping':
      case 'noConsent':
      case 'noRecipient':
      case 'ownFault':
      case 'putOff':
      case 'suppressed':
      case 'cancelled':
      case 'superseded':
      case 'throttled':
      case 'told':
        return null;
    }
  }

  /** It was paused, and starts afresh when it goes on. */
  forget(destinationId: string): void {
    this.streaks.delete(destinationId);
    if (this.gates.delete(destinationId)) this.write(this.board.removeGate(destinationId));
  }

  /** Resolves when all is on the board. */
  async settled(): Promise<void> {
    while (this.writing.size > 0) await Promise.all(this.writing);
  }

  private answered(destinationId: string): void {
    if (this.streaks.size > 0) this.streaks.delete(destinationId);
    const gate = this.gates.get(destinationId);
    if (gate === undefined) return;
    const now = this.clock.now();
    const next = afterSuccess(gate, now);
    if (next !== undefined) this.set(destinationId, next);
    else if (isHealed(gate, now)) this.gates.delete(destinationId);
  }

  private failed(
    destinationId: string,
    { kind, message }: { readonly kind: DeliveryErrorKind; readonly message: string },
    pauseAfterMs: number,
  ): DestinationEffect | null {
    const now = this.clock.now();
    const gate = this.gates.get(destinationId);
    const known = this.streaks.get(destinationId);
    const streak = { failures: (known?.failures ?? 0) + 1, since: known?.since ?? now };
    if (!isProbing(gate)) this.streaks.set(destinationId, streak);
    const next = afterFailure(gate, streak, now, Math.random());
    if (next === undefined) return null;
    const { failingSince } = next;
    if (failingSince === null || now - failingSince < pauseAfterMs) {
      this.streaks.delete(destinationId);
      this.set(destinationId, next);
      return null;
    }
    const since = new Date(failingSince).toISOString();
    const reason = `nothing was delivered since ${since}; the last failure: ${message}`;
    return { kind: 'pause', reason, errorKind: kind };
  }

  private set(destinationId: string, gate: Gate): void {
    const known = this.gates.get(destinationId);
    this.gates.set(destinationId, gate);
    if (known?.closedUntil === gate.closedUntil && known.trips === gate.trips) return;
    this.write(this.board.setGate(destinationId, gate));
  }

  private write(work: Promise<void>): void {
    const tracked = work.catch(this.onFault).finally(() => this.writing.delete(tracked));
    this.writing.add(tracked);
  }
}
