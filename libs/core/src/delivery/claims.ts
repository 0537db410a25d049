import { Batcher } from '../batcher.js';
import type { Clock } from '../clock.js';
import type { AttemptOutcome, ClaimedDelivery } from './delivery.js';
import type { ClaimRequest, DeliveryStore } from './delivery-store.port.js';
import type { DispatcherLog } from './dispatcher-log.js';
import { LEASE_MARGIN_MS } from './lease.js';

/** Pause before a failed release is repeated, in milliseconds. */
const RETRY_RELEASE_MS = 500;

/** Result of a claim for one destination. */
export interface DestinationClaim {
  readonly toAttempt: readonly ClaimedDelivery[];
  /** Deliveries that need no call. */
  readonly decided: readonly DecidedDelivery[];
  /** Number of deliveries that are due, but wait for another delivery of their order key. */
  readonly blocked: number;
}

/** Delivery that needs no call, with its outcome. */
export interface DecidedDelivery {
  readonly delivery: ClaimedDelivery;
  readonly outcome: AttemptOutcome;
}

const OUTDATED: AttemptOutcome = {
  kind: 'superseded',
  message: 'A newer delivery of the same order key waits or has succeeded.',
};

const CONFIRMED: AttemptOutcome = {
  kind: 'confirmed',
  message: 'A status update confirmed that the vendor has the message, so it is not sent again.',
};

/** Claims, marks and releases deliveries in statements that many destinations share. */
export class Claims {
  /** Claims of due deliveries, each of one destination. */
  readonly requests: Batcher<ClaimRequest, DestinationClaim>;
  /** Marks deliveries as being sent. The result is false if the lease is lost. Then nothing may be sent. */
  readonly marks: Batcher<ClaimedDelivery, boolean>;

  constructor(
    private readonly store: DeliveryStore,
    private readonly clock: Clock,
    private readonly log: Pick<DispatcherLog, 'fault'>,
  ) {
    this.requests = new Batcher(this.claimBatch.bind(this), { lingerMs: 1, maxBatch: 64, maxInFlight: 4 });
    this.marks = new Batcher(this.markBatch.bind(this), { lingerMs: 2, maxBatch: 200, maxInFlight: 2 });
  }

  /**
   * Releases a delivery unchanged, and retries until the release is written. The delivery may be marked as being sent,
   * so an expired lease would end it as unconfirmed although nothing was sent.
   * @param signal fires when failed releases are no longer repeated
   */
  async release(delivery: ClaimedDelivery, signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        await this.store.release([delivery]);
        return;
      } catch (error) {
        this.log.fault(error, `release of ${delivery.id}`);
        if (signal.aborted) return;
        await new Promise((resolve) => setTimeout(resolve, RETRY_RELEASE_MS));
      }
    }
  }

  /** Releases deliveries that were claimed without receiving the answer of the claim. */
  async releaseLost(): Promise<void> {
    await this.store.releaseLostClaims().catch((error: unknown) => this.log.fault(error, 'release of lost claims'));
  }

  /** Reclaims deliveries whose lease expired while a request was in flight. */
  reclaimExpired(limit: number): Promise<readonly ClaimedDelivery[]> {
    return this.store.reclaimExpired(limit, LEASE_MARGIN_MS);
  }

  private async claimBatch(requests: readonly ClaimRequest[]): Promise<readonly DestinationClaim[]> {
    const { deliveries, blocked } = await this.store.claim(requests, this.clock.now());
    const claims: DestinationClaim[] = [];
    const byDestination = new Map<string, { toAttempt: ClaimedDelivery[]; decided: DecidedDelivery[] }>();
    for (const { destinationId } of requests) {
      const claimed = { toAttempt: [], decided: [], blocked: blocked.get(destinationId) ?? 0 };
      byDestination.set(destinationId, claimed);
      claims.push(claimed);
    }
    for (const delivery of deliveries) {
      const claimed = byDestination.get(delivery.destinationId);
      if (delivery.outdated) claimed?.decided.push({ delivery, outcome: OUTDATED });
      else if (delivery.confirmed) claimed?.decided.push({ delivery, outcome: CONFIRMED });
      else claimed?.toAttempt.push(delivery);
    }
    return claims;
  }

  private async markBatch(deliveries: readonly ClaimedDelivery[]): Promise<readonly boolean[]> {
    const marked = await this.store.markSending(deliveries);
    return deliveries.map((delivery) => marked.has(delivery));
  }
}
