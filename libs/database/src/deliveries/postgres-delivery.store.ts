import { randomUUID } from 'node:crypto';
import type {
  AttemptRequest,
  BatchClaim,
  BatchClaimRequest,
  BatchMark,
  ClaimResult,
  ClaimedDelivery,
  ClaimedEvent,
  ClaimRequest,
  DeliveryDecision,
  DeliveryStore,
  RouteChoice,
} from '@patchbay/core';
import { storable } from '../query/columns.js';
import type { PgPool } from '../query/pg-pool.js';
import { isUniqueViolation } from '../query/sql-error.js';
import {
  BATCH_WORK,
  CLAIM_BATCH,
  CLAIM_FROZEN_BATCH,
  END_BATCHES,
  MARK_BATCH,
  type BatchWorkRow,
} from '../sql/batches.js';
import { CLAIM, CLAIM_UNDECIDED, type ClaimedRow, type ClaimRow } from '../sql/claim.js';
import { DESTINATIONS_WITH_DUE_WORK, MARK_SENDING, RELEASE, RELEASE_LOST } from '../sql/lease.js';
import { loadEvents, retentionClass, type LoadEventsOptions } from '../sql/load-events.js';
import { RECLAIM_EXPIRED } from '../sql/reclaim.js';
import { RECORD, RECORD_WITH_MESSAGES, RECORD_WITH_OUTBOX, type RecordRows } from '../sql/record.js';
import { REPLICATED } from '../sql/replicated.js';
import { ROUTE } from '../sql/route.js';
import { OwnClaims, type DeliveryLease } from './open-claims.js';

/**
 * Delivery store in PostgreSQL. The rows of each statement are sorted by id, so that concurrent statements cannot
 * deadlock.
 */
export class PostgresDeliveryStore implements DeliveryStore {
  constructor(
    private readonly pool: PgPool,
    private readonly claims = new OwnClaims(),
    /** Columns of the events of claimed deliveries. */
    private readonly loaded: LoadEventsOptions = { withTraces: false },
  ) {}

  async claim(requested: readonly ClaimRequest[], now: number): Promise<ClaimResult> {
    const requests = new Map<string, RequestRow>();
    const undecided = new Map<string, RequestRow>();
    for (const { destinationId, limit, leaseMs, routingLeaseMs } of requested) {
      requests.set(destinationId, { destinationId, max: limit, leaseMs });
      if (routingLeaseMs === undefined) continue;
      undecided.set(destinationId, { destinationId, max: limit, leaseMs: routingLeaseMs });
    }
    const blocked = new Map<string, number>();
    if (requests.size === 0) return { deliveries: [], blocked };
    const token = randomUUID();
    try {
      const ended = this.claims.open.takeEnded();
      const statement = CLAIM.with({ requests: [...requests.values()], now, token, ended });
      const claimed: ClaimedRow[] = [];
      for (const row of await this.pool.query<ClaimRow>(statement)) {
        if (row.id === null) blocked.set(row.destination_id, row.blocked);
        else claimed.push(row);
      }
      const events = await loadEvents(this.pool, claimed, this.loaded);
      const deliveries = await this.withEvents(claimed, events, token);
      if (undecided.size === 0) return { deliveries, blocked };
      return { deliveries: [...deliveries, ...(await this.claimUndecided(undecided, now, blocked))], blocked };
    } catch (error) {
      this.claims.lost.add(token);
      throw error;
    }
  }

  /** Claims due deliveries whose destination is undecided. Adds the numbers of blocked deliveries to `blocked`. */
  private async claimUndecided(
    requests: ReadonlyMap<string, RequestRow>,
    now: number,
    blocked: Map<string, number>,
  ): Promise<readonly ClaimedDelivery[]> {
    const token = randomUUID();
    try {
      const statement = CLAIM_UNDECIDED.with({ requests: [...requests.values()], now, token, ended: [] });
      const claimed: ClaimedRow[] = [];
      for (const row of await this.pool.query<ClaimRow>(statement)) {
        if (row.id === null) blocked.set(row.destination_id, row.blocked);
        else claimed.push(row);
      }
      return await this.withEvents(claimed, await loadEvents(this.pool, claimed, this.loaded), token);
    } catch (error) {
      this.claims.lost.add(token);
      throw error;
    }
  }

  async claimBatch(request: BatchClaimRequest, now: number): Promise<BatchClaim> {
    const { destinationId: destination, size, within } = request;
    const [work] = await this.pool.query<BatchWorkRow>(BATCH_WORK.with({ destination, size, now }));
    const nothing = { deliveries: [], blocked: 0, isFrozen: false, collectingUntil: null };
    if (work?.frozen === true) {
      const deliveries = await this.claimFrozenBatch(request, now);
      if (deliveries.length > 0) return { ...nothing, deliveries, isFrozen: true };
    }
    if (work === undefined || work.oldest === null) return nothing;
    const collectingUntil = work.oldest + within;
    if (work.count < size && collectingUntil > now) return { ...nothing, collectingUntil };
    return { ...nothing, ...(await this.claimNewBatch(request, now)) };
  }

  /** Claims the deliveries of a new batch. */
  private async claimNewBatch(
    { destinationId, size: max, leaseMs, within: withinMs }: BatchClaimRequest,
    now: number,
  ): Promise<Pick<BatchClaim, 'deliveries' | 'blocked'>> {
    const token = randomUUID();
    try {
      const ended = this.claims.open.takeEnded();
      const requests = [{ destinationId, max, leaseMs, withinMs }];
      let blocked = 0;
      const claimed: ClaimedRow[] = [];
      for (const row of await this.pool.query<ClaimRow>(CLAIM_BATCH.with({ requests, now, token, ended }))) {
        if (row.id === null) blocked += row.blocked;
        else claimed.push(row);
      }
      return {
        deliveries: await this.withEvents(claimed, await loadEvents(this.pool, claimed, this.loaded), token),
        blocked,
      };
    } catch (error) {
      this.claims.lost.add(token);
      throw error;
    }
  }

  /** Claims the members of a frozen batch, in the order of the batch. */
  private async claimFrozenBatch(
    { destinationId: destination, leaseMs }: BatchClaimRequest,
    now: number,
  ): Promise<readonly ClaimedDelivery[]> {
    const token = randomUUID();
    try {
      const statement = CLAIM_FROZEN_BATCH.with({ destination, leaseMs, now, token });
      const claimed = await this.pool.query<ClaimedRow>(statement);
      const deliveries = await this.withEvents(claimed, await loadEvents(this.pool, claimed, this.loaded), token);
      return deliveries.toSorted((a, b) => indexInBatch(a) - indexInBatch(b));
    } catch (error) {
      this.claims.lost.add(token);
      throw error;
    }
  }

  async markBatch({ id, destinationId, isFrozen, deliveries }: BatchMark): Promise<readonly ClaimedDelivery[]> {
    const members = deliveries.map((delivery, index) => ({ id: delivery.id, token: delivery.token, index }));
    const statement = MARK_BATCH.with({
      batch: id,
      destination: destinationId,
      frozen: isFrozen,
      members: members.toSorted(byId),
    });
    const marked = new Set<string>();
    for (const row of await this.pool.query<{ id: string }>(statement)) marked.add(row.id);
    return deliveries.filter((delivery) => marked.has(delivery.id));
  }

  async endBatches(batches: readonly string[]): Promise<void> {
    if (batches.length > 0) await this.pool.query(END_BATCHES.with({ batches }));
  }

  async route(choices: readonly RouteChoice[]): Promise<ReadonlySet<string>> {
    if (choices.length === 0) return new Set();
    const rows = await this.pool.query<{ id: string }>(ROUTE.with({ choices: choices.toSorted(byId) }));
    this.claims.open.settle(choices);
    return new Set(rows.map(({ id }) => id));
  }

  async reclaimExpired(limit: number, leaseMs: number): Promise<readonly ClaimedDelivery[]> {
    await this.releaseLostClaims();
    const token = randomUUID();
    const rows = await this.pool.query<ClaimedRow & { sending: boolean }>(
      RECLAIM_EXPIRED.with({ limit, token, leaseMs }),
    );
    const expired = rows.filter((row) => row.sending);
    return this.withEvents(expired, await loadEvents(this.pool, expired), token);
  }

  async releaseLostClaims(): Promise<void> {
    const tokens = this.claims.lost.tokens();
    if (tokens.length > 0) await this.pool.query(RELEASE_LOST.with({ tokens }));
  }

  async markSending<T extends DeliveryLease>(deliveries: readonly T[]): Promise<ReadonlySet<T>> {
    if (deliveries.length === 0) return new Set();
    const rows = await this.pool.query<{ id: string; token: string }>(
      MARK_SENDING.with({ leases: deliveries.toSorted(byId) }),
    );
    const tokens = new Map(rows.map(({ id, token }) => [id, token]));
    return new Set(deliveries.filter(({ id, token }) => tokens.get(id) === token));
  }

  async release(deliveries: readonly DeliveryLease[]): Promise<void> {
    if (deliveries.length === 0) return;
    await this.pool.query(RELEASE.with({ leases: deliveries.toSorted(byId) }));
    this.claims.open.settle(deliveries);
  }

  async record(decisions: readonly DeliveryDecision[]): Promise<ReadonlySet<string>> {
    const written = new Set<string>();
    if (decisions.length === 0) return written;
    const { first, ignoringConflicts } = statementFor(decisions);
    const rows = recordRows(decisions);
    let returned: { id: string }[];
    try {
      returned = await this.pool.query<{ id: string }>(first.with(rows), decisions);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      returned = await this.pool.query<{ id: string }>(ignoringConflicts.with(rows), decisions);
    }
    // An earlier write of these decisions may have succeeded on the primary only, although it was reported as failed.
    if (returned.length < decisions.length) await this.pool.query({ name: 'replicated', text: REPLICATED, values: [] });
    this.claims.open.settle(decisions);
    for (const { id } of returned) written.add(id);
    return written;
  }

  async destinationsWithDueWork(now: number): Promise<readonly string[]> {
    const rows = await this.pool.query<{ id: string }>(DESTINATIONS_WITH_DUE_WORK.with({ now }));
    return rows.map(({ id }) => id);
  }

  /**
   * Returns deliveries with their events, oldest due first. Ends a delivery whose event was deleted, because there is
   * nothing to send.
   */
  private async withEvents(
    rows: readonly ClaimedRow[],
    events: ReadonlyMap<string, ClaimedEvent>,
    token: string,
  ): Promise<readonly ClaimedDelivery[]> {
    if (rows.length === 0) return [];
    this.claims.open.begin(
      token,
      rows.map(({ id }) => id),
    );
    try {
      const deliveries: ClaimedDelivery[] = [];
      const orphans: DeliveryDecision[] = [];
      for (const row of rows.toSorted((a, b) => a.due_at - b.due_at || byId(a, b))) {
        const event = events.get(row.event_id);
        if (event === undefined) orphans.push(eventErased(row, token));
        else deliveries.push(toClaimed(row, token, event));
      }
      if (orphans.length > 0) await this.record(orphans);
      return deliveries;
    } catch (error) {
      this.claims.open.abandon(token);
      throw error;
    }
  }
}

/** Row of a claim's requests. */
interface RequestRow {
  readonly destinationId: string;
  readonly max: number;
  readonly leaseMs: number;
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}

function indexInBatch({ messaging }: ClaimedDelivery): number {
  return messaging?.batch?.index ?? 0;
}

function toClaimed(row: ClaimedRow, token: string, event: ClaimedEvent): ClaimedDelivery {
  return {
    event,
    id: row.id,
    token,
    retentionDays: retentionClass(row.retention_days),
    brandId: row.brand_id,
    destinationId: row.destination_id,
    undecided: row.destination_id === row.subscription_id,
    destinationVersion: row.destination_version,
    pauseSeq: row.pause_seq,
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

function recordRows(decisions: readonly DeliveryDecision[]): RecordRows {
  const rows: RecordRows = { decisions: [], attempts: [] };
  for (const decision of decisions.toSorted(byId)) {
    const { id, state, attempt } = decision;
    const vendorCode = storable(attempt?.vendorCode ?? null);
    const request = requestLine(attempt?.request ?? null);
    const durationMs = Math.round(attempt?.durationMs ?? 0);
    // Most deliveries succeed with their first attempt. An accepted attempt has neither a message nor a vendor code.
    const isFirst = attempt?.number === 1 && attempt.outcome === 'accepted';
    const first = isFirst && state === 'succeeded' ? attempt : null;
    rows.decisions.push({
      id,
      token: decision.token,
      state,
      reason: storable(decision.reason),
      dueAt: decision.dueAt,
      countedAttempts: decision.countedAttempts,
      attempts: decision.attempts,
      errorKind: decision.errorKind,
      vendorCode,
      externalId: storable(decision.externalId),
      blocks: decision.blocks,
      pendingSince: decision.pendingSince,
      stateIfConfirmed: decision.stateIfConfirmed,
      messaging: decision.messaging,
      firstAttemptAt: first?.startedAt,
      firstAttemptMs: first === null ? null : durationMs,
      firstAttemptRequest: first === null ? null : request,
      firstAttemptResponse: first?.response,
      // Null takes no space in the row.
      firstAttemptDirect: first?.direct === true ? true : null,
    });
    if (attempt === null || first !== null) continue;
    rows.attempts.push({
      deliveryId: id,
      retentionDays: decision.retentionDays,
      number: attempt.number,
      startedAt: attempt.startedAt,
      durationMs,
      outcome: attempt.outcome,
      message: storable(attempt.message),
      vendorCode,
      request,
      response: attempt.response,
      direct: attempt.direct ? true : null,
      batch: attempt.batch,
    });
  }
  return rows;
}

/** Formats a request as an HTTP request line, such as `POST https://api.example/messages`. */
function requestLine(request: AttemptRequest | null): string | null {
  return request === null ? null : storable(`${request.method} ${request.url}`);
}

/** Returns the cheapest statement that writes all parts of the decisions. */
function statementFor(decisions: readonly DeliveryDecision[]): typeof RECORD {
  if (decisions.some(reportsMessage)) return RECORD_WITH_MESSAGES;
  return decisions.some(needsOutbox) ? RECORD_WITH_OUTBOX : RECORD;
}

/** Returns true if a decision may append to the outbox of messages. */
function reportsMessage({ state, hasMessageEvents = false }: DeliveryDecision): boolean {
  return hasMessageEvents && state !== 'scheduled';
}

/**
 * Returns true if a decision may append to the outbox or trigger a fallback step. The outbox reports deliveries that
 * only a person can retry.
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
