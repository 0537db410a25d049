import { randomUUID } from 'node:crypto';
import type {
  ClaimResult,
  ClaimedDelivery,
  ClaimedEvent,
  ClaimRequest,
  DeliveryDecision,
  DeliveryStore,
} from '@patchbay/core';
import type { PgPool, PgStatement } from '../query/pg-pool.js';
import { retryConflicts } from '../query/retry-conflicts.js';
import { isUniqueViolation } from '../query/sql-error.js';
import type { MissingPartitions } from '../partitions/missing-partitions.js';
import { partitionDayOf } from '../partitions/daily-partitions.js';
import { CLAIM, RECLAIM_EXPIRED, type ClaimedRow, type ClaimRow } from '../sql/claim.js';
import { decisionValues } from './decision-values.js';
import { EventLoader, retentionClass } from '../sql/load-events.js';
import { DESTINATIONS_WITH_DUE_WORK, MARK_SENDING, RELEASE, RELEASE_LOST } from '../sql/lease.js';
import { LostClaims, OpenClaims, type DeliveryLease } from './open-claims.js';
import { RECORD, RECORD_WITH_OUTBOX } from '../sql/record.js';

/** Delivery store in PostgreSQL. */
export class PostgresDeliveryStore implements DeliveryStore {
  private readonly events: EventLoader;
  private readonly openClaims = new OpenClaims();
  private readonly lostClaims = new LostClaims();

  constructor(
    private readonly pool: PgPool,
    private readonly partitions: MissingPartitions,
  ) {
    this.events = new EventLoader(pool);
  }

  async claim(requests: readonly ClaimRequest[], now: number): Promise<ClaimResult> {
    const distinct = [...new Map(requests.map((request) => [request.destinationId, request])).values()];
    if (distinct.length === 0) return { deliveries: [], blocked: new Map() };
    const token = randomUUID();
    try {
      return await this.claimAs(token, distinct, now);
    } catch (error) {
      this.lostClaims.add(token);
      throw error;
    }
  }

  private async claimAs(token: string, requests: readonly ClaimRequest[], now: number): Promise<ClaimResult> {
    const ended = this.openClaims.takeEnded();
    const rows = await retryConflicts(() =>
      this.pool.query<ClaimRow>({
        name: 'claim',
        text: CLAIM,
        values: [
          requests.map(({ destinationId }) => destinationId),
          requests.map(({ limit }) => limit),
          now,
          token,
          requests.map(({ leaseMs }) => leaseMs),
          ended,
        ],
      }),
    );
    const blocked = new Map<string, number>();
    const claimed: ClaimedRow[] = [];
    for (const row of rows) {
      if (row.id === null) blocked.set(row.destination_id, row.blocked);
      else claimed.push(row);
    }
    return { deliveries: await this.withEvents(claimed, token), blocked };
  }

  async reclaimExpired(limit: number, leaseMs: number): Promise<readonly ClaimedDelivery[]> {
    await this.releaseLostClaims();
    const token = randomUUID();
    const rows = await retryConflicts(() =>
      this.pool.query<ClaimedRow & { sending: boolean }>({
        name: 'reclaim-expired',
        text: RECLAIM_EXPIRED,
        values: [limit, token, leaseMs],
      }),
    );
    return this.withEvents(
      rows.filter((row) => row.sending),
      token,
    );
  }

  async releaseLostClaims(): Promise<void> {
    const tokens = this.lostClaims.tokens();
    if (tokens.length === 0) return;
    await retryConflicts(() => this.pool.query({ name: 'release-lost', text: RELEASE_LOST, values: [tokens] }));
  }

  async markSending<T extends DeliveryLease>(deliveries: readonly T[]): Promise<ReadonlySet<T>> {
    if (deliveries.length === 0) return new Set();
    const rows = await this.withTokens('mark-sending', MARK_SENDING, deliveries);
    const tokens = new Map(rows.map(({ id, token }) => [id, token]));
    return new Set(deliveries.filter(({ id, token }) => tokens.get(id) === token));
  }

  async release(deliveries: readonly DeliveryLease[]): Promise<void> {
    if (deliveries.length === 0) return;
    await this.withTokens('release', RELEASE, deliveries);
    this.openClaims.settle(deliveries);
  }

  async record(decisions: readonly DeliveryDecision[]): Promise<ReadonlySet<string>> {
    if (decisions.length === 0) return new Set();
    const values = decisionValues(decisions);
    const { name, text, textIgnoringConflicts } = decisions.some(needsOutbox) ? RECORD_WITH_OUTBOX : RECORD;
    const write = (statement: PgStatement): Promise<{ id: string }[]> =>
      retryConflicts(() =>
        this.partitions.retrying(
          () => this.pool.query<{ id: string }>(statement),
          () => decisions.map(({ id, retentionDays }) => partitionDayOf(id, retentionDays)),
        ),
      );
    const rows = await write({ name, text, values }).catch((error: unknown) => {
      if (!isUniqueViolation(error)) throw error;
      return write({ text: textIgnoringConflicts, values });
    });
    this.openClaims.settle(decisions);
    return new Set(rows.map(({ id }) => id));
  }

  async destinationsWithDueWork(now: number): Promise<readonly string[]> {
    const rows = await this.pool.query<{ id: string }>({
      name: 'destinations-with-due-work',
      text: DESTINATIONS_WITH_DUE_WORK,
      values: [now],
    });
    return rows.map(({ id }) => id);
  }

  private async withTokens(
    name: string,
    text: string,
    leases: readonly DeliveryLease[],
  ): Promise<{ id: string; token: string }[]> {
    const sorted = leases.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const values = [sorted.map(({ id }) => id), sorted.map(({ token }) => token)];
    return retryConflicts(() => this.pool.query<{ id: string; token: string }>({ name, text, values }));
  }

  /**
   * Returns deliveries with their events, oldest due first. Ends deliveries whose event was deleted, because there is
   * nothing to send.
   */
  private async withEvents(rows: readonly ClaimedRow[], token: string): Promise<readonly ClaimedDelivery[]> {
    if (rows.length === 0) return [];
    const events = await this.eventsOf(rows, token);
    return rows
      .toSorted((a, b) => a.due_at - b.due_at || (a.id < b.id ? -1 : 1))
      .flatMap((row) => {
        const event = events.get(row.event_id);
        return event === undefined ? [] : [toClaimed(row, token, event)];
      });
  }

  private async eventsOf(rows: readonly ClaimedRow[], token: string): Promise<ReadonlyMap<string, ClaimedEvent>> {
    this.openClaims.begin(
      token,
      rows.map(({ id }) => id),
    );
    try {
      const events = await this.events.load(rows);
      const orphans = rows.filter((row) => !events.has(row.event_id));
      await this.record(orphans.map((row) => eventErased(row, token)));
      return events;
    } catch (error) {
      this.openClaims.abandon(token);
      throw error;
    }
  }
}

function toClaimed(row: ClaimedRow, token: string, event: ClaimedEvent): ClaimedDelivery {
  return {
    event,
    id: row.id,
    token,
    retentionDays: retentionClass(row.retention_days),
    brandId: row.brand_id,
    destinationId: row.destination_id,
    destinationVersion: row.destination_version,
    subscriptionId: row.subscription_id,
    subscriptionVersionId: row.subscription_version_id,
    countedAttempts: row.counted_attempts,
    attempts: row.attempts,
    order: row.order_policy === null ? null : { policy: row.order_policy },
    pendingSince: row.pending_since,
    externalId: row.external_id,
    confirmed: row.confirmed,
    outdated: row.deferred,
    messaging: row.messaging,
  };
}

/**
 * Returns true if a decision may append to the outbox or trigger a fallback step. The outbox reports deliveries that only a
 * person can retry.
 */
function needsOutbox({ state, messaging }: DeliveryDecision): boolean {
  return state === 'dead' || state === 'unconfirmed' || (messaging !== null && state !== 'scheduled');
}

function eventErased(row: ClaimedRow, token: string): DeliveryDecision {
  return {
    id: row.id,
    token,
    retentionDays: retentionClass(row.retention_days),
    state: 'cancelled',
    stateIfConfirmed: null,
    reason: 'event erased',
    dueAt: null,
    countedAttempts: row.counted_attempts,
    attempts: row.attempts,
    errorKind: null,
    externalId: null,
    pendingSince: null,
    blocks: false,
    messaging: null,
    attempt: null,
  };
}
