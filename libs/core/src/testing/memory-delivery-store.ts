import type { BatchClaim } from '../delivery/batch-store.port.js';
import type { ClaimedDelivery, DeliveryDecision, RouteChoice } from '../delivery/delivery.js';
import type { ClaimResult, ClaimRequest, DeliveryStore } from '../delivery/delivery-store.port.js';

interface Row {
  delivery: Omit<ClaimedDelivery, 'token'>;
  token: string | null;
  sending: boolean;
  dueAt: number;
  decision: DeliveryDecision | null;
}

/**
 * Delivery store in memory, with the same rules for leases and tokens as the real store. The test passes in the time.
 */
export class MemoryDeliveryStore implements DeliveryStore {
  readonly rows = new Map<string, Row>();
  readonly paused = new Set<string>();
  away = false;
  /** Promise that every claim waits for. By default, the promise is resolved. */
  claimDelay = Promise.resolve();
  /** Number of times that lost claims were released. */
  lostClaimsReleased = 0;
  private tokens = 0;

  add(delivery: Omit<ClaimedDelivery, 'token'>, dueAt = 0): void {
    this.rows.set(delivery.id, { delivery, token: null, sending: false, dueAt, decision: null });
  }

  async claim(requests: readonly ClaimRequest[], now: number): Promise<ClaimResult> {
    await this.claimDelay;
    if (this.away) throw new Error('the database is away');
    const deliveries = requests.flatMap(({ destinationId, limit }) =>
      [...this.rows.values()]
        .filter((row) => this.isDue(row, now) && row.delivery.destinationId === destinationId)
        .slice(0, limit)
        .map((row) => this.lease(row)),
    );
    return { deliveries, blocked: new Map() };
  }

  claimBatch(): Promise<BatchClaim> {
    return Promise.reject(new Error(NO_BATCHES));
  }

  markBatch(): Promise<readonly ClaimedDelivery[]> {
    return Promise.reject(new Error(NO_BATCHES));
  }

  endBatches(): Promise<void> {
    return Promise.reject(new Error(NO_BATCHES));
  }

  releaseLostClaims(): Promise<void> {
    if (this.away) return Promise.reject(new Error('the database is away'));
    this.lostClaimsReleased += 1;
    return Promise.resolve();
  }

  markSending<T extends { readonly id: string; readonly token: string }>(
    deliveries: readonly T[],
  ): Promise<ReadonlySet<T>> {
    const marked = new Set<T>();
    for (const delivery of deliveries) {
      const row = this.rows.get(delivery.id);
      if (row?.token !== delivery.token) continue;
      row.sending = true;
      marked.add(delivery);
    }
    return Promise.resolve(marked);
  }

  record(decisions: readonly DeliveryDecision[]): Promise<ReadonlySet<string>> {
    if (this.away) return Promise.reject(new Error('the database is away'));
    const written = new Set<string>();
    for (const decision of decisions) {
      const row = this.rows.get(decision.id);
      if (row?.token !== decision.token) continue;
      written.add(decision.id);
      row.decision = decision;
      row.token = null;
      row.sending = false;
      row.dueAt = decision.dueAt ?? Infinity;
      row.delivery = {
        ...row.delivery,
        countedAttempts: decision.countedAttempts,
        attempts: decision.attempts,
        pendingSince: decision.pendingSince,
        externalId: decision.externalId ?? row.delivery.externalId,
        messaging:
          decision.messaging === null ? row.delivery.messaging : { ...row.delivery.messaging, ...decision.messaging },
      };
    }
    return Promise.resolve(written);
  }

  route(choices: readonly RouteChoice[]): Promise<ReadonlySet<string>> {
    const written = new Set<string>();
    for (const { id, token, destinationId, dueAt, countedAttempts, messaging } of choices) {
      const row = this.rows.get(id);
      if (row?.token !== token) continue;
      written.add(id);
      row.token = null;
      row.dueAt = dueAt;
      row.delivery = { ...row.delivery, destinationId, undecided: false, countedAttempts, messaging };
    }
    return Promise.resolve(written);
  }

  release(deliveries: readonly { readonly id: string; readonly token: string }[]): Promise<void> {
    for (const { id, token } of deliveries) {
      const row = this.rows.get(id);
      if (row?.token === token) row.token = null;
    }
    return Promise.resolve();
  }

  /** Reclaims all leased deliveries, as if every lease had expired. */
  reclaimExpired(limit: number): Promise<readonly ClaimedDelivery[]> {
    const held = [...this.rows.values()].filter(({ token }) => token !== null).slice(0, limit);
    for (const row of held) if (!row.sending) row.token = null;
    return Promise.resolve(held.filter(({ sending }) => sending).map((row) => this.lease(row)));
  }

  destinationsWithDueWork(now: number): Promise<readonly string[]> {
    const due = [...this.rows.values()].filter((row) => this.isDue(row, now));
    return Promise.resolve([...new Set(due.map(({ delivery }) => delivery.destinationId))]);
  }

  private isDue({ token, dueAt, delivery }: Row, now: number): boolean {
    return token === null && dueAt <= now && !this.paused.has(delivery.destinationId);
  }

  private lease(row: Row): ClaimedDelivery {
    this.tokens += 1;
    row.token = `token-${this.tokens}`;
    return { ...row.delivery, token: row.token };
  }
}

const NO_BATCHES = 'The store in memory has no batches. Test batches with PostgreSQL.';
