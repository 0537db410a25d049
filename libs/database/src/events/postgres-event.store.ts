import {
  effectiveTime,
  erasedEvent,
  GRACE_PERIOD_MS,
  StoreRefusedError,
  type CustomerKey,
  type EventStore,
  type NewEvent,
  type QuarantineRefused,
  type StoredOutcome,
} from '@patchbay/core';
import { arrayLiteral } from '../query/columns.js';
import type { PgPool, PgRunner } from '../query/pg-pool.js';
import { EVENTS_OF_FORMER_KEYS } from '../sql/former-keys.js';
import { EVENTS_OF_KEYS, STORE_GROUP, STORE_KEYED_GROUP, type GroupRow, type GroupRows } from '../sql/store-events.js';
import { isRefused, refusal, RevisionChangedError, storeUnderSavepoints } from './store-under-savepoints.js';

/**
 * Event store in PostgreSQL. A group of events takes one statement and one commit. If PostgreSQL refuses a row of the
 * group, several statements in one transaction store the group, still with one commit.
 */
export class PostgresEventStore implements EventStore {
  constructor(private readonly pool: PgPool) {}

  async storeGroup(
    revision: number,
    events: readonly NewEvent[],
    quarantine?: QuarantineRefused,
  ): Promise<readonly StoredOutcome[] | 'stale'> {
    try {
      return await storeEvents(this.pool, revision, events);
    } catch (error) {
      if (!isRefused(error)) throw error;
      if (quarantine === undefined) throw new StoreRefusedError(refusal(error));
      return await this.storeInParts(revision, events, quarantine);
    }
  }

  private async storeInParts(
    revision: number,
    events: readonly NewEvent[],
    quarantine: QuarantineRefused,
  ): Promise<readonly StoredOutcome[] | 'stale'> {
    const work = (transaction: PgRunner): Promise<readonly StoredOutcome[]> =>
      storeUnderSavepoints(transaction, (part) => storeEvents(transaction, revision, part), events, quarantine);
    try {
      return await this.pool.retry(
        () => this.pool.transaction(work),
        () => events,
      );
    } catch (error) {
      if (error instanceof RevisionChangedError) return 'stale';
      throw error;
    }
  }
}

/**
 * Stores events with one statement.
 * @param hashed ids of the events whose customers are compared with the tombstones
 * @returns one outcome per event, in order, or `stale` if another revision is in force
 */
async function storeEvents(
  runner: PgRunner,
  revision: number,
  events: readonly NewEvent[],
  hashed: ReadonlySet<string> = new Set(),
): Promise<readonly StoredOutcome[] | 'stale'> {
  const hasKeys = events.some(({ customer }) => customer !== null && customer !== undefined);
  const statement = (hasKeys ? STORE_KEYED_GROUP : STORE_GROUP).with(groupParameters(revision, events, hashed));
  const [row] = await runner.query<GroupRow>(statement, events);
  if (row?.current !== true) return 'stale';
  if (row.unchecked.length > 0 || row.erased.length > 0) {
    // The recursion ends, because each call compares the customers of more events or erases more events.
    const erased = new Set(row.erased);
    const rest = events.map((event) => (erased.has(event.id) ? erasedEvent(event) : event));
    return storeEvents(runner, revision, rest, new Set([...hashed, ...row.unchecked]));
  }
  if (row.stored.length < events.length) return withDuplicates(runner, events, new Set(row.stored));
  const accepted = { kind: 'accepted' } as const;
  return new Array<StoredOutcome>(events.length).fill(accepted);
}

async function withDuplicates(
  runner: PgRunner,
  events: readonly NewEvent[],
  stored: ReadonlySet<string>,
): Promise<StoredOutcome[]> {
  const keys = events.filter((event) => !stored.has(event.id)).map((event) => event.dedupeKey);
  const earlier = await eventsOfKeys(runner, keys);
  return events.map((event) => {
    if (stored.has(event.id)) return { kind: 'accepted' };
    const eventId = earlier.get(event.dedupeKey);
    // The dedupe key expired between the two statements. The event is stored when the caller tries again.
    if (eventId === undefined)
      throw new Error(
        'The event was not stored, because the dedupe key of its duplicate expired meanwhile. Send the event again.',
      );
    return { kind: 'duplicate', eventId };
  });
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
  revision: number,
  events: readonly NewEvent[],
  hashed: ReadonlySet<string> = new Set(),
): GroupRows & { readonly revision: number } {
  const rows: GroupRows = { events: [], customers: [], deliveries: [], hashes: [], erasures: [], links: [] };
  for (const event of events) {
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
      uncheckedAt: customerHashes === null || hashed.has(eventId) ? null : effectiveTime(event),
      ...event,
    });
    for (const one of customer === null ? customerIds : indexedIds(customer, customerIds)) {
      rows.customers.push({ eventId, brandId, retentionDays, customerId: one });
    }
    if (customer !== null && customer.platformId !== null) {
      const { platformId } = customer;
      const link = { eventId, brandId, seenAt: event.receivedAt, retentionDays };
      rows.links.push(
        { ...link, customerId: customer.key, linkedId: platformId },
        { ...link, customerId: platformId, linkedId: customer.key },
      );
    }
    for (const delivery of event.deliveries) {
      rows.deliveries.push({
        eventId,
        brandId,
        retentionDays,
        eventType: event.type,
        customerId: key,
        createdAt: event.receivedAt,
        orderKey: delivery.order?.key,
        orderAt: delivery.order?.occurredAt,
        orderPolicy: delivery.order?.policy,
        messaging: null,
        ...delivery,
      });
    }
    if (hashed.has(eventId)) {
      for (const hash of customerHashes?.() ?? []) {
        rows.hashes.push({ eventId, customerHash: Buffer.from(hash, 'hex'), at: effectiveTime(event) });
      }
    }
    for (const erasure of event.erasures) {
      const customerHash = Buffer.from(erasure.customerHash, 'hex');
      rows.erasures.push({ eventId, graceUntil: event.receivedAt + GRACE_PERIOD_MS, ...erasure, customerHash });
    }
  }
  return { revision, ...rows };
}

/** Returns the ids by which an event is found: the key of its customer, and the platform's ids. */
function indexedIds({ key }: CustomerKey, customerIds: readonly string[]): readonly string[] {
  return [...new Set([key, ...customerIds])];
}
