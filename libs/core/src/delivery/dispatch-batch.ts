import type { BatchLimits } from '@patchbay/plugin-sdk';
import type { AttemptDelivery, CallPermit } from './attempt.js';
import type { AttemptBatch, BatchAttempt, DeliveryOutcome, SentMember } from './attempt-batch.js';
import type { BatchClaim } from './batch-store.port.js';
import type { AttemptOutcome, ClaimedDelivery, DeliveryDecision } from './delivery.js';
import { CONFIRMED, OUTDATED, type Claims } from './destination-queue.js';
import type { RateReservation } from './destination-rate-limiter.js';
import { DISSOLVED, isFrozen, isWhole } from './frozen-batch.js';
import type { Lease } from './lease.js';
import type { SettleBatch } from './settle-batch.js';
import type { Clock } from '../clock.js';

/** Dependencies of {@link DispatchBatch}. */
export interface DispatchBatchParts {
  readonly claims: Pick<Claims, 'releaseAll'>;
  readonly attempts: Pick<AttemptDelivery, 'attempt'>;
  readonly batches: Pick<AttemptBatch, 'attempt'>;
  readonly settlement: Pick<SettleBatch, 'settle'>;
  readonly clock: Clock;
}

/** Conditions of the calls for one claim. */
export interface BatchCalls {
  readonly lease: Lease;
  readonly signal: AbortSignal;
  /** Reserves a call under the rate limit of the destination. Null if there is no rate limit. */
  readonly reserve: () => RateReservation | null;
  /** Settles one delivery whose outcome concerns no other delivery. */
  readonly settle: (delivery: ClaimedDelivery, startedAt: number, outcome: AttemptOutcome) => Promise<void>;
  /** Called with the decisions about the members of a call. */
  readonly decided: (deliveries: readonly ClaimedDelivery[], decisions: readonly DeliveryDecision[]) => void;
  /** Called when the last call has ended, before the outcomes are written. */
  readonly ended: (waitedMs: number) => void;
}

/** Claimed deliveries of a destination with batches, by what happens to them. */
interface SortedClaim {
  /** Deliveries whose outcome is known without a call. */
  readonly decided: readonly DeliveryOutcome[];
  /** Deliveries that are polled, or sent again in a call of their own. */
  readonly alone: readonly ClaimedDelivery[];
  readonly together: readonly ClaimedDelivery[];
  /** Id of the frozen batch that `together` is. Null for a new batch. */
  readonly repeated: string | null;
}

/** Makes the calls for one claim of a destination with batches, and settles the deliveries. */
export class DispatchBatch {
  constructor(private readonly parts: DispatchBatchParts) {}

  /**
   * Makes the calls one after the other, so that a claim never has two calls in flight. If messages are sent alone, the
   * deliveries of the new batch are released for the next claim.
   */
  async run(claim: BatchClaim, limits: BatchLimits, calls: BatchCalls): Promise<void> {
    const { claims, attempts, batches, clock } = this.parts;
    const { decided, alone, together, repeated } = sortClaim(claim, limits);
    const { lease, signal } = calls;
    const settling: Promise<void>[] = decided.map(({ delivery, outcome }) =>
      calls.settle(delivery, clock.now(), outcome),
    );
    if (alone.length > 0 && together.length > 0) settling.push(claims.releaseAll(together, signal));
    let waitedMs = 0;
    try {
      for (const delivery of alone) {
        const startedAt = clock.now();
        const { result, waited } = await withReservation(calls, (reservation) =>
          attempts.attempt(delivery, { lease, reservation, signal }),
        );
        waitedMs += waited;
        settling.push(
          result === 'release'
            ? claims.releaseAll([delivery], signal)
            : calls.settle(delivery, startedAt + waited, result),
        );
      }
      if (alone.length === 0 && together.length > 0) {
        const startedAt = clock.now();
        const { result, waited } = await withReservation(calls, (reservation) =>
          batches.attempt(together, limits, { lease, reservation, signal }, repeated),
        );
        waitedMs += waited;
        settling.push(...this.settled(result, startedAt, waited, calls));
      }
    } finally {
      calls.ended(waitedMs);
    }
    await Promise.all(settling);
  }

  /** Settles the members of a call whose process stopped before it wrote their outcomes. */
  async settleLost(members: readonly SentMember[], decided: BatchCalls['decided']): Promise<void> {
    const { settlement, clock } = this.parts;
    const decisions = await settlement.settle(members, clock.now());
    decided(
      members.map(({ delivery }) => delivery),
      decisions,
    );
  }

  /** Settles and releases the deliveries of a batch after the attempt to send it. */
  private settled(
    { apart, released, sent }: BatchAttempt,
    startedAt: number,
    waited: number,
    calls: BatchCalls,
  ): Promise<void>[] {
    const { claims, settlement } = this.parts;
    const settling = apart.map(({ delivery, outcome }) => calls.settle(delivery, startedAt, outcome));
    if (released.length > 0) settling.push(claims.releaseAll(released, calls.signal));
    const members = sent.map(({ delivery }) => delivery);
    settling.push(settlement.settle(sent, startedAt + waited).then((decisions) => calls.decided(members, decisions)));
    return settling;
  }
}

/** Sorts the deliveries of a claim. A frozen batch that is not whole any more, or must not be repeated, dissolves. */
function sortClaim(claim: BatchClaim, limits: BatchLimits): SortedClaim {
  const decided: DeliveryOutcome[] = [];
  const alone: ClaimedDelivery[] = [];
  const together: ClaimedDelivery[] = [];
  for (const delivery of claim.deliveries) {
    if (delivery.outdated) decided.push({ delivery, outcome: OUTDATED });
    else if (delivery.confirmed) decided.push({ delivery, outcome: CONFIRMED });
    else if (claim.isFrozen) together.push(delivery);
    else if (isFrozen(delivery)) decided.push({ delivery, outcome: DISSOLVED });
    else if (delivery.messaging?.lost === true || delivery.pendingSince !== null) alone.push(delivery);
    else together.push(delivery);
  }
  if (!claim.isFrozen) return { decided, alone, together, repeated: null };
  const repeated = together[0]?.messaging?.batch?.id ?? null;
  if (repeated !== null && limits.idempotent === 'batch' && isWhole(together)) {
    return { decided, alone, together, repeated };
  }
  for (const delivery of together) decided.push({ delivery, outcome: DISSOLVED });
  return { decided, alone, together: [], repeated: null };
}

async function withReservation<T>(
  { reserve }: BatchCalls,
  call: (reservation: CallPermit['reservation']) => Promise<T>,
): Promise<{ readonly result: T; readonly waited: number }> {
  const reservation = reserve();
  try {
    const result = await call(reservation);
    return { result, waited: Math.floor(reservation?.waitedMs ?? 0) };
  } finally {
    reservation?.end();
  }
}
