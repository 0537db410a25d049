import { Batcher } from '../batcher.js';
import type { Clock } from '../clock.js';
import type { AttemptOutcome, ClaimedDelivery } from './delivery.js';
import type { ClaimRequest, DeliveryStore } from './delivery-store.port.js';
import { LEASE_MARGIN_MS } from './time-limit.js';

/** Result of a claim for one destination. */
export interface DestinationClaim {
  readonly toAttempt: readonly ClaimedDelivery[];
  /** Deliveries that need no call. */
  readonly decided: readonly { readonly delivery: ClaimedDelivery; readonly outcome: AttemptOutcome }[];
  /** Number of deliveries that are due, but wait for another delivery of their order key. */
  readonly blocked: number;
}

/** Claims, marks and releases deliveries in statements that many destinations share. */
export class Claims {
  private readonly requests: Batcher<ClaimRequest, DestinationClaim>;
  private readonly marks: Batcher<ClaimedDelivery, boolean>;

  constructor(
    private readonly store: DeliveryStore,
    private readonly clock: Clock,
  ) {
    this.requests = new Batcher((requests) => this.claimBatch(requests), { lingerMs: 1, maxBatch: 64, maxInFlight: 4 });
    this.marks = new Batcher((deliveries) => this.markBatch(deliveries), {
      lingerMs: 2,
      maxBatch: 200,
      maxInFlight: 2,
    });
  }

  /** Claims due deliveries of one destination. */
  claim(request: ClaimRequest): Promise<DestinationClaim> {
    return this.requests.add(request);
  }

  /** Marks a delivery as being sent. Resolves to false if its lease is lost: nothing may be sent then. */
  markSending(delivery: ClaimedDelivery): Promise<boolean> {
    return this.marks.add(delivery);
  }

  /** Releases a delivery unchanged. */
  release(delivery: ClaimedDelivery): Promise<void> {
    return this.store.release([delivery]);
  }

  /** Releases deliveries that were claimed without receiving the answer of the claim. */
  releaseLost(): Promise<void> {
    return this.store.releaseLostClaims();
  }

  /** Reclaims deliveries whose lease expired while a request was in flight. */
  reclaimExpired(limit: number): Promise<readonly ClaimedDelivery[]> {
    return this.store.reclaimExpired(limit, LEASE_MARGIN_MS);
  }

  private async claimBatch(requests: readonly ClaimRequest[]): Promise<readonly DestinationClaim[]> {
    const { deliveries, blocked } = await this.store.claim(requests, this.clock.now());
    const byDestination = new Map<string, ClaimedDelivery[]>(requests.map(({ destinationId }) => [destinationId, []]));
    for (const delivery of deliveries) byDestination.get(delivery.destinationId)?.push(delivery);
    return requests.map(({ destinationId }) =>
      splitDecided(byDestination.get(destinationId) ?? [], blocked.get(destinationId) ?? 0),
    );
  }

  private async markBatch(deliveries: readonly ClaimedDelivery[]): Promise<readonly boolean[]> {
    const marked = await this.store.markSending(deliveries);
    return deliveries.map((delivery) => marked.has(delivery));
  }
}

function splitDecided(deliveries: readonly ClaimedDelivery[], blocked: number): DestinationClaim {
  const toAttempt: ClaimedDelivery[] = [];
  const decided: { delivery: ClaimedDelivery; outcome: AttemptOutcome }[] = [];
  for (const delivery of deliveries) {
    const outcome = outcomeWithoutAttempt(delivery);
    if (outcome === null) toAttempt.push(delivery);
    else decided.push({ delivery, outcome });
  }
  return { toAttempt, decided, blocked };
}

const OUTDATED: AttemptOutcome = {
  kind: 'superseded',
  message: 'A newer delivery of the same order key waits or has succeeded.',
};

const CONFIRMED: AttemptOutcome = {
  kind: 'confirmed',
  message: 'A status update confirmed that the vendor has the message, so it is not sent again.',
};

/** Returns the outcome of a delivery that needs no attempt; null if it needs an attempt. */
function outcomeWithoutAttempt({ outdated, confirmed }: ClaimedDelivery): AttemptOutcome | null {
  if (outdated) return OUTDATED;
  return confirmed ? CONFIRMED : null;
}
