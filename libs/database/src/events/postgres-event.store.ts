import { randomUUID } from 'node:crypto';
import {
  effectiveTime,
  erasedEvent,
  GRACE_PERIOD_MS,
  StoreRefusedError,
  type CustomerKey,
  type EventStore,
  type LeaseRequests,
  type NewEvent,
  type NewLease,
  type QuarantineRefused,
  type StoredOutcome,
} from '@patchbay/core';
import { arrayLiteral } from '../query/columns.js';
import { OwnClaims } from '../deliveries/open-claims.js';
import type { PgPool, PgRunner } from '../query/pg-pool.js';
import { isUniqueViolation } from '../query/sql-error.js';
import { EVENTS_OF_FORMER_KEYS } from '../sql/former-keys.js';
import {
  EVENTS_OF_KEYS,
  STORE_GROUP,
  STORE_KEYED_GROUP,
  STORE_TRACED_GROUP,
  type GroupRow,
  type GroupRows,
} from '../sql/store-events.js';
import { isRefused, refusal, storeUnderSavepoints } from './store-under-savepoints.js';

/** Outcomes of the events that are decided, by event id. */
type Outcomes = Map<string, StoredOutcome>;

const ACCEPTED = { kind: 'accepted' } as const;
const STALE = { kind: 'stale' } as const;

/**
 * Event store in PostgreSQL. A group of events takes one statement and one commit. If PostgreSQL refuses a row of the
 * group, several statements in one transaction store the group, still with one commit. If a brand has erased a customer
 * since the time of one of its events, a further statement stores the events of this brand.
 */
export class PostgresEventStore implements EventStore {
  constructor(
    private readonly pool: PgPool,
    private readonly claims = new OwnClaims(),
  ) {}

  async storeGroup(
    events: readonly NewEvent[],
    quarantine?: QuarantineRefused,
    requests: LeaseRequests = NO_REQUESTS,
  ): Promise<readonly StoredOutcome[]> {
    const token = randomUUID();
    const granted = new Map<string, NewLease>();
    try {
      const leasing = { requests, token, ended: this.claims.open.takeEnded(), granted };
      const stored = await this.store(events, quarantine, leasing);
      this.claims.open.begin(token, granted.keys());
      return stored;
    } catch (error) {
      // Deliveries may be stored as leased, but the caller sends none of them.
      if (requests.size > 0) this.claims.lost.add(token);
      throw error;
    }
  }

  private async store(
    events: readonly NewEvent[],
    quarantine: QuarantineRefused | undefined,
    leasing: Leasing,
  ): Promise<readonly StoredOutcome[]> {
    const outcomes: Outcomes = new Map();
    try {
      await this.storeAtOnce(events, outcomes, leasing);
    } catch (error) {
      if (!isRefused(error)) throw error;
      if (quarantine === undefined) throw new StoreRefusedError(refusal(error));
      await this.storeInParts(events, outcomes, quarantine);
    }
    return outcomesOf(events, outcomes);
  }

  /**
   * Stores events with as few statements as possible. If another transaction stores a duplicate at the same time, stores
   * the events without leases and without failing again.
   */
  private async storeAtOnce(events: readonly NewEvent[], outcomes: Outcomes, leasing: Leasing): Promise<void> {
    try {
      await storeEvents(this.pool, events, outcomes, leasing);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      await storeEvents(this.pool, events, outcomes);
    }
  }

  /**
   * Stores the events that have no outcome yet. All parts see the same snapshot of the database, so that the events of a
   * brand are all stale or all stored.
   */
  private async storeInParts(
    events: readonly NewEvent[],
    outcomes: Outcomes,
    quarantine: QuarantineRefused,
  ): Promise<void> {
    const rest = events.filter(({ id }) => !outcomes.has(id));
    const work = (transaction: PgRunner): Promise<readonly StoredOutcome[]> => {
      const store = async (part: readonly NewEvent[]): Promise<readonly StoredOutcome[]> => {
        const ofPart: Outcomes = new Map();
        await storeEvents(transaction, part, ofPart);
        return outcomesOf(part, ofPart);
      };
      return storeUnderSavepoints(transaction, store, rest, quarantine);
    };
    const stored = await this.pool.retry(
      () => this.pool.transaction(work, 'REPEATABLE READ'),
      () => rest,
    );
    for (const [index, outcome] of stored.entries()) outcomes.set(rest[index]?.id ?? '', outcome);
  }
}

/** Leases that a statement requests, and the tokens of ended claims, which the statement deletes. */
interface Leasing {
  readonly requests: LeaseRequests;
  /** Token of the leases. Null if no lease is requested. */
  readonly token: string | null;
  readonly ended: readonly string[];
  /** Leases that were granted, by delivery id. The statement adds them. */
  readonly granted: Map<string, NewLease>;
}

const NO_REQUESTS: LeaseRequests = new Map();
const NO_LEASING: Leasing = { requests: NO_REQUESTS, token: null, ended: [], granted: new Map() };

/**
 * Stores events with one statement, and adds one outcome per event. The statement leaves out the brands of events that
 * are older than an erasure. A further statement stores these brands, without leases.
 * @param leasing if given, the statement fails if another transaction inserts one of the keys at the same time
 * @param hashed ids of the events whose customers are compared with the tombstones
 */
export async function storeEvents(
  runner: PgRunner,
  events: readonly NewEvent[],
  outcomes: Outcomes,
  leasing: Leasing = NO_LEASING,
  hashed: ReadonlySet<string> = new Set(),
): Promise<void> {
  const parameters = groupParameters(events, leasing, hashed);
  const { first, ignoringConflicts } = statementFor(events);
  const statement = leasing === NO_LEASING ? ignoringConflicts : first;
  const [row] = await runner.query<GroupRow>(statement.with(parameters), events);
  if (row === undefined) throw new Error('The statement that stores events returned no row. This is a bug.');
  const accepted = acceptedWithLeases(leasing, row);
  if (row.stored.length === events.length) {
    for (const { id } of events) outcomes.set(id, accepted);
    return;
  }
  const [stale, stored, erased] = [new Set(row.stale), new Set(row.stored), new Set(row.erased)];
  const repeated = new Set([...erased, ...row.unchecked]);
  const repeatedBrands = new Set<string>();
  for (const { id, brandId } of events) if (repeated.has(id)) repeatedBrands.add(brandId);
  const duplicates: NewEvent[] = [];
  const rest: NewEvent[] = [];
  for (const event of events) {
    if (stale.has(event.brandId)) outcomes.set(event.id, STALE);
    else if (stored.has(event.id)) outcomes.set(event.id, accepted);
    else if (repeatedBrands.has(event.brandId)) rest.push(erased.has(event.id) ? erasedEvent(event) : event);
    else duplicates.push(event);
  }
  if (duplicates.length > 0) await addDuplicates(runner, duplicates, outcomes);
  // The recursion ends, because each call compares the customers of more events or erases more events.
  if (rest.length > 0) {
    await storeEvents(runner, rest, outcomes, NO_LEASING, new Set([...hashed, ...row.unchecked]));
  }
}

/** Returns the cheapest statement that stores all columns of the events. */
function statementFor(events: readonly NewEvent[]): typeof STORE_GROUP {
  if (events.some(({ traceparent }) => traceparent !== undefined)) return STORE_TRACED_GROUP;
  const hasKeys = events.some(({ customer }) => customer !== null && customer !== undefined);
  return hasKeys ? STORE_KEYED_GROUP : STORE_GROUP;
}

/** Returns the outcome of the events that a statement stored, with the leases that the statement granted. */
function acceptedWithLeases({ token, requests, granted }: Leasing, { leased, leasable }: GroupRow): StoredOutcome {
  if (token === null || requests.size === 0) return ACCEPTED;
  const leases = new Map<string, NewLease>();
  for (const [id, { version, pauseSeq }] of Object.entries(leasable ?? {})) {
    leases.set(id, { token, destinationVersion: version, pauseSeq });
  }
  for (const id of leased) {
    const lease = leases.get(requests.get(id)?.destinationId ?? '');
    if (lease !== undefined) granted.set(id, lease);
  }
  return { kind: 'accepted', leases: granted };
}

function outcomesOf(events: readonly NewEvent[], outcomes: Outcomes): readonly StoredOutcome[] {
  return events.map(({ id }) => {
    const outcome = outcomes.get(id);
    if (outcome === undefined) throw new Error('An event of a group has no outcome. This is a bug in storeEvents.');
    return outcome;
  });
}

async function addDuplicates(runner: PgRunner, events: readonly NewEvent[], outcomes: Outcomes): Promise<void> {
  const earlier = await eventsOfKeys(
    runner,
    events.map(({ dedupeKey }) => dedupeKey),
  );
  for (const { id, dedupeKey } of events) {
    const eventId = earlier.get(dedupeKey);
    // The dedupe key expired between the two statements. The event is stored when the caller tries again.
    if (eventId === undefined)
      throw new Error(
        'The event was not stored, because the dedupe key of its duplicate expired meanwhile. Send the event again.',
      );
    // An earlier call of the store may have stored the same event before the call failed.
    outcomes.set(id, eventId === id ? ACCEPTED : { kind: 'duplicate', eventId });
  }
}

interface KeyRow {
  readonly key: string;
  readonly event_id: string;
}

/** Returns the ids of the events that were stored with the given dedupe keys, or with their former forms. */
async function eventsOfKeys(runner: PgRunner, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = await runner.query<KeyRow>(EVENTS_OF_KEYS.with({ keys }));
  const earlier = new Map(found.map((row) => [row.key, row.event_id]));
  const rest = keys.filter((key) => !earlier.has(key)).map((key) => ({ key }));
  if (rest.length === 0) return earlier;
  for (const row of await runner.query<KeyRow>(EVENTS_OF_FORMER_KEYS.with({ rows: rest })))
    earlier.set(row.key, row.event_id);
  return earlier;
}

/**
 * Builds the parameters of `STORE_GROUP`.
 * @param hashed ids of the events whose customers are compared with the tombstones
 */
export function groupParameters(
  events: readonly NewEvent[],
  { requests, token, ended }: Leasing = NO_LEASING,
  hashed: ReadonlySet<string> = new Set(),
): GroupRows & Pick<Leasing, 'token' | 'ended'> {
  const rows: GroupRows = {
    brands: [],
    events: [],
    customers: [],
    deliveries: [],
    hashes: [],
    erasures: [],
    links: [],
  };
  const brands = new Map<string, number>();
  for (const event of events) {
    const { id, brandId, configRevision: revision } = event;
    if (brands.get(brandId) !== revision) {
      brands.set(brandId, revision);
      rows.brands.push({ brandId, revision });
    }
    addEvent(rows, event, requests, hashed.has(id));
    addErasures(rows, event, hashed.has(id));
  }
  return { token, ended, ...rows };
}

/**
 * Adds the rows of an event with its customers and deliveries.
 * @param isHashed true if the customers of the event are compared with the tombstones
 */
function addEvent(rows: GroupRows, event: NewEvent, requests: LeaseRequests, isHashed: boolean): void {
  const { id: eventId, brandId, retentionDays, customerHashes, customer = null } = event;
  // Remove repeated customers, because the statement fails on a repeated customer. An adapter should not name a
  // customer twice, but a faulty adapter must not lose an event.
  const customerIds = event.customerIds.length < 2 ? event.customerIds : [...new Set(event.customerIds)];
  const customerId = customerIds[0] ?? null;
  const key = customer === null ? customerId : customer.key;
  rows.events.push({
    customerId,
    customerKey: customer === null ? null : key,
    otherCustomerIds: customerIds.length < 2 ? null : arrayLiteral(customerIds.slice(1)),
    uncheckedAt: customerHashes === null || isHashed ? null : effectiveTime(event),
    traceparent: event.traceparent,
    ...event,
  });
  // The index of the events finds the first customer.
  for (const one of (customer === null ? customerIds : indexedIds(customer, customerIds)).slice(1)) {
    rows.customers.push({ eventId, brandId, retentionDays, customerId: one });
  }
  if (customer !== null) rows.links.push(...linksOf(event, customer));
  for (const delivery of event.deliveries) rows.deliveries.push(deliveryRow(event, delivery, key, requests));
}

/** Adds the rows that compare the customers of an event with the tombstones, and the erasures that the event requests. */
function addErasures(rows: GroupRows, event: NewEvent, isHashed: boolean): void {
  const { id: eventId, brandId, receivedAt } = event;
  if (isHashed) {
    for (const hash of event.customerHashes?.() ?? []) {
      rows.hashes.push({ eventId, brandId, customerHash: Buffer.from(hash, 'hex'), at: effectiveTime(event) });
    }
  }
  for (const erasure of event.erasures) {
    const customerHash = Buffer.from(erasure.customerHash, 'hex');
    rows.erasures.push({ eventId, graceUntil: receivedAt + GRACE_PERIOD_MS, ...erasure, customerHash });
  }
}

/**
 * Builds the row of a delivery.
 * @param customerId id by which the delivery finds its customer; null if the event has no customer
 */
function deliveryRow(
  { id: eventId, brandId, retentionDays, type: eventType, receivedAt: createdAt }: NewEvent,
  delivery: NewEvent['deliveries'][number],
  customerId: string | null,
  requests: Leasing['requests'],
): GroupRows['deliveries'][number] {
  return {
    eventId,
    brandId,
    retentionDays,
    eventType,
    customerId,
    createdAt,
    orderKey: delivery.order?.key,
    orderAt: delivery.order?.occurredAt,
    orderPolicy: delivery.order?.policy,
    messaging: null,
    leaseMs: requests.get(delivery.id)?.leaseMs,
    ...delivery,
  };
}

/** Returns the links between the key of an event's customer and the platform's id, in both directions. */
function linksOf(event: NewEvent, { key, platformId }: CustomerKey): GroupRows['links'] {
  if (platformId === null) return [];
  const { id: eventId, brandId, retentionDays, receivedAt: seenAt } = event;
  const link = { eventId, brandId, seenAt, retentionDays };
  return [
    { ...link, customerId: key, linkedId: platformId },
    { ...link, customerId: platformId, linkedId: key },
  ];
}

/** Returns the ids by which an event is found: the key of its customer, and the platform's ids. */
function indexedIds({ key }: CustomerKey, customerIds: readonly string[]): readonly string[] {
  return [...new Set([key, ...customerIds])];
}
