import { Batcher } from '../batcher.js';
import type { Clock } from '../clock.js';
import type { AttemptOutcome, ClaimedDelivery } from './delivery.js';
import type { ClaimRequest, DeliveryStore } from './delivery-store.port.js';
import { LEASE_MARGIN_MS } from './time-limit.js';

/** What a claim gave of one destination. */
export interface ClaimedHere {
  readonly toTry: readonly ClaimedDelivery[];
  /** Those that need no call. */
  readonly decided: readonly { readonly delivery: ClaimedDelivery; readonly outcome: AttemptOutcome }[];
  /** Due, but behind others of their key. */
  readonly behind: number;
}

/** What this worker holds: asked for, marked and given back in statements that many destinations share. */
export class Claims {
  private readonly requests: Batcher<ClaimRequest, ClaimedHere>;
  private readonly marks: Batcher<ClaimedDelivery, boolean>;

  constructor(
    private readonly store: DeliveryStore,
    private readonly clock: Clock,
  ) {
    this.requests = new Batcher((requests) => this.claim(requests), { lingerMs: 1, maxBatch: 64, maxInFlight: 4 });
    this.marks = new Batcher((deliveries) => this.mark(deliveries), { lingerMs: 2, maxBatch: 200, maxInFlight: 2 });
  }

  /** Claims what is due of one destination. */
  take(request: ClaimRequest): Promise<ClaimedHere> {
    return this.requests.add(request);
  }

  /** Marks a delivery as being sent. False where its lease is lost: nothing may go out. */
  markSending(delivery: ClaimedDelivery): Promise<boolean> {
    return this.marks.add(delivery);
  }

  /** Gives a delivery back untouched. */
  giveBack(delivery: ClaimedDelivery): Promise<void> {
    return this.store.release([delivery]);
  }

  /** Takes over what workers left behind whose lease died while a request was on its way. */
  takeOverExpired(limit: number): Promise<readonly ClaimedDelivery[]> {
    return this.store.takeOverExpired(limit, LEASE_MARGIN_MS);
  }

  private async claim(requests: readonly ClaimRequest[]): Promise<readonly ClaimedHere[]> {
    const { deliveries, behind } = await this.store.claim(requests, this.clock.now());
    const byDestination = new Map<string, ClaimedDelivery[]>(requests.map(({ destinationId }) => [destinationId, []]));
    for (const delivery of deliveries) byDestination.get(delivery.destinationId)?.push(delivery);
    return requests.map(({ destinationId }) =>
      sorted(byDestination.get(destinationId) ?? [], behind.get(destinationId) ?? 0),
    );
  }

  private async mark(deliveries: readonly ClaimedDelivery[]): Promise<readonly boolean[]> {
    const marked = await this.store.markSending(deliveries);
    return deliveries.map((delivery) => marked.has(delivery));
  }
}

function sorted(deliveries: readonly ClaimedDelivery[], behind: number): ClaimedHere {
  const toTry: ClaimedDelivery[] = [];
  const decided: { delivery: ClaimedDelivery; outcome: AttemptOutcome }[] = [];
  for (const delivery of deliveries) {
    const outcome = withoutTry(delivery);
    if (outcome === null) toTry.push(delivery);
    else decided.push({ delivery, outcome });
  }
  return { toTry, decided, behind };
}

const OUTDATED: AttemptOutcome = {
  kind: 'superseded',
  message: 'A newer state of the same key waits or was delivered.',
};

const CONFIRMED: AttemptOutcome = {
  kind: 'confirmed',
  message: 'A status update confirmed that the vendor has the message, so it is not sent again.',
};

/** What a delivery comes to without a call; null where it is to be tried. */
function withoutTry({ outdated, confirmed }: ClaimedDelivery): AttemptOutcome | null {
  if (outdated) return OUTDATED;
  return confirmed ? CONFIRMED : null;
}
