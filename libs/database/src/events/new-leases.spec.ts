import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ClaimedDelivery, LeaseRequests, NewEvent, NewLease, StoredOutcome } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import pg from 'pg';
import { OwnClaims } from '../deliveries/open-claims.js';
import { PostgresDeliveryStore } from '../deliveries/postgres-delivery.store.js';
import { again, succeeded } from '../testing/decisions.js';
import { sampleEvent, type SampleIds } from '../testing/event-fixtures.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { insertDestination } from '../testing/sample-destination.js';
import { PostgresEventStore } from './postgres-event.store.js';

const LEASE_MS = 60_000;

describe.each(await testServers())('leases of new deliveries on the %s PostgreSQL', (_name, server) => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let claims: OwnClaims;
  let events: PostgresEventStore;
  let deliveries: PostgresDeliveryStore;
  let ids: SampleIds;

  beforeAll(async () => {
    database = await openTestDatabase(server);
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.close());
  beforeEach(async () => {
    ids = await insertDestination(database.dataSource);
    claims = new OwnClaims();
    events = new PostgresEventStore(database.pgPool, claims);
    deliveries = new PostgresDeliveryStore(database.pgPool, claims);
  });

  const sql = <T = Record<string, unknown>>(text: string, ...values: unknown[]): Promise<T[]> =>
    database.dataSource.query<T[]>(text, values);
  const requestsFor = (group: readonly NewEvent[]): LeaseRequests =>
    new Map(
      group.flatMap(({ deliveries: made }) =>
        made.map(({ id, destinationId }) => [id, { destinationId, leaseMs: LEASE_MS }] as const),
      ),
    );
  const store = (group: readonly NewEvent[]): Promise<readonly StoredOutcome[]> =>
    events.storeGroup(group, undefined, requestsFor(group));
  const leasesOf = (outcome: StoredOutcome | undefined): ReadonlyMap<string, NewLease> | undefined =>
    outcome?.kind === 'accepted' ? outcome.leases : undefined;
  /** Stores one event with a lease, and returns its delivery as a claim would. */
  async function leased(event = sampleEvent(ids)): Promise<ClaimedDelivery> {
    const [outcome] = await store([event]);
    const [delivery] = event.deliveries;
    const lease = leasesOf(outcome)?.get(delivery?.id ?? '');
    if (delivery === undefined || lease === undefined) throw new Error('The delivery was not leased.');
    return {
      ...{ id: delivery.id, token: lease.token, destinationVersion: lease.destinationVersion },
      pauseSeq: lease.pauseSeq,
      ...{ retentionDays: 30, brandId: ids.brandId, destinationId: ids.destinationId, undecided: false },
      ...{ subscriptionId: ids.subscriptionId, subscriptionVersionId: ids.subscriptionVersionId, countedAttempts: 0 },
      ...{ attempts: 0, order: null, pendingSince: null, externalId: null, confirmed: false, outdated: false },
      messaging: null,
      event: {
        ...{ id: event.id, type: event.type, sourceId: event.sourceId, customerId: null, customerKey: null },
        ...{ occurredAt: event.occurredAt, receivedAt: event.receivedAt, data: event.data, sealed: null },
      },
    };
  }
  const claim = async (): Promise<readonly ClaimedDelivery[]> =>
    (await deliveries.claim([{ destinationId: ids.destinationId, limit: 100, leaseMs: LEASE_MS }], Date.now() + 1_000))
      .deliveries;
  const claimRows = (token: string): Promise<unknown[]> => sql('SELECT FROM claims WHERE token = $1', token);
  const isLeased = async (event = sampleEvent(ids)): Promise<boolean> =>
    leasesOf((await store([event]))[0])?.size === 1;

  it('are granted with the version and the last pause of the destination, and last as long as requested by the clock of PostgreSQL', async () => {
    const group = [sampleEvent(ids), sampleEvent(ids), sampleEvent(ids)];
    const [asked, ...others] = group;
    await sql('UPDATE destination_states SET pause_seq = 7 WHERE destination_id = $1', ids.destinationId);
    const outcomes = await events.storeGroup(group, undefined, requestsFor(asked === undefined ? [] : [asked]));
    const id = asked?.deliveries[0]?.id ?? '';
    expect(leasesOf(outcomes[0])).toEqual(
      new Map([[id, { token: expect.any(String), destinationVersion: 3, pauseSeq: 7 }]]),
    );
    const [row] = await sql(
      `SELECT lease_token, sending, state, extract(epoch FROM lease_until - clock_timestamp())::float8 AS seconds
      FROM deliveries_waiting WHERE id = $1`,
      id,
    );
    expect(row).toMatchObject({
      lease_token: leasesOf(outcomes[0])?.get(id)?.token,
      sending: false,
      state: 'scheduled',
    });
    expect(Number(row?.['seconds'])).toBeLessThanOrEqual(LEASE_MS / 1_000);
    expect(Number(row?.['seconds'])).toBeGreaterThan(LEASE_MS / 1_000 - 30);
    const claimed = (await claim()).map((delivery) => delivery.id);
    expect(claimed.sort()).toEqual(others.map((event) => event.deliveries[0]?.id).sort());
  });

  it('allow the outcome under their token only', async () => {
    const delivery = await leased();
    expect(await deliveries.record([succeeded({ ...delivery, token: ids.brandId })])).toEqual(new Set());
    expect(await deliveries.record([succeeded(delivery)])).toEqual(new Set([delivery.id]));
  });

  it('are one row of claims per group, which a later group deletes once all outcomes are written', async () => {
    const group = [sampleEvent(ids), sampleEvent(ids)];
    const outcomes = await store(group);
    const tokens = outcomes.flatMap((outcome) => [...(leasesOf(outcome)?.values() ?? [])].map(({ token }) => token));
    expect(new Set(tokens).size).toBe(1);
    const [token = ''] = tokens;
    expect(await claimRows(token)).toHaveLength(1);
    const released = group.flatMap((event) => event.deliveries.map(({ id }) => ({ id, token })));
    await deliveries.release(released.slice(0, 1));
    await store([sampleEvent(ids)]);
    expect(await claimRows(token)).toHaveLength(1);
    await deliveries.release(released.slice(1));
    await store([sampleEvent(ids)]);
    expect(await claimRows(token)).toHaveLength(0);
  });

  it('are reclaimed after the process was killed, and the delivery is claimed by another process', async () => {
    const delivery = await leased();
    expect(await claim()).toEqual([]);
    await sql('UPDATE deliveries_waiting SET lease_until = now() WHERE id = $1', delivery.id);
    await sql('UPDATE claims SET check_at = now() WHERE token = $1', delivery.token);
    const other = new PostgresDeliveryStore(database.pgPool);
    await other.reclaimExpired(1_000, LEASE_MS);
    expect(await claim()).toMatchObject([{ id: delivery.id, attempts: 0 }]);
    expect(await deliveries.record([succeeded(delivery)])).toEqual(new Set());
  });

  it('are released if the answer of the commit is lost, and the deliveries are then claimed', async () => {
    const query = database.pgPool.query.bind(database.pgPool);
    const broken = jest.spyOn(database.pgPool, 'query').mockImplementation(async (statement, partitioned) => {
      await query(statement, partitioned);
      throw new Error('the connection broke');
    });
    const event = sampleEvent(ids);
    await expect(store([event])).rejects.toThrow('the connection broke');
    broken.mockRestore();
    expect(await claim()).toEqual([]);
    await deliveries.releaseLostClaims();
    expect(await claim()).toMatchObject([{ id: event.deliveries[0]?.id }]);
  });

  it.each([
    ['a paused', 'UPDATE destination_states SET paused = true WHERE destination_id = $1'],
    ['a disabled', 'UPDATE destinations SET disabled = true WHERE id = $1'],
    ['a deleted', 'UPDATE destinations SET deleted_at = now() WHERE id = $1'],
    [
      'a failing',
      `UPDATE destination_states SET open_until = now() + interval '1 h', open_count = 1 WHERE destination_id = $1`,
    ],
  ])('are not granted for %s destination', async (_state, change) => {
    await sql(change, ids.destinationId);
    expect(await isLeased()).toBe(false);
  });

  it('are not granted while the oldest due delivery that nobody has claimed is older than a second', async () => {
    const now = Date.now();
    await events.storeGroup([sampleEvent(ids, now - 60_000)]);
    expect(await isLeased()).toBe(false);
    const [backlog, newer] = await claim();
    expect(newer).toBeDefined();
    if (backlog !== undefined) await deliveries.record([again(backlog, now + 60_000)]);
    expect(await isLeased()).toBe(true);
    await events.storeGroup([sampleEvent(ids, now + 500)]);
    expect(await isLeased()).toBe(true);
  });

  it('are not granted for duplicates', async () => {
    const event = sampleEvent(ids);
    await store([event]);
    const repeated = sampleEvent(ids, Date.now(), { sourceEventId: event.sourceEventId });
    const [duplicate, accepted] = await store([repeated, sampleEvent(ids)]);
    expect(duplicate).toEqual({ kind: 'duplicate', eventId: event.id });
    expect(leasesOf(accepted)?.size).toBe(1);
  });

  it('are not granted in a group with a row that PostgreSQL refuses', async () => {
    const group = [sampleEvent(ids), sampleEvent(ids, Date.now(), { customerIds: ['a\u0000b'] })];
    const outcomes = await events.storeGroup(
      group,
      (event, quarantineReason) => ({ ...event, quarantineReason, customerIds: [], deliveries: [] }),
      requestsFor(group),
    );
    expect(outcomes).toEqual([{ kind: 'accepted' }, { kind: 'quarantined' }]);
    expect(await claim()).toHaveLength(1);
  });

  it('are granted before a pause that commits later, and not after it', async () => {
    const person = new pg.Client({ connectionString: database.url });
    await person.connect();
    try {
      await person.query('BEGIN');
      await person.query('UPDATE destination_states SET paused = true WHERE destination_id = $1', [ids.destinationId]);
      expect(await isLeased()).toBe(true);
      await person.query('COMMIT');
      expect(await isLeased()).toBe(false);
    } finally {
      await person.end();
    }
    // The delivery that was leased before the pause is released, and waits with the other until the pause ends.
    await sql(
      'UPDATE deliveries_waiting SET lease_token = NULL, lease_until = NULL, in_memory = NULL WHERE destination_id = $1',
      ids.destinationId,
    );
    expect(await claim()).toEqual([]);
    await sql('UPDATE destination_states SET paused = false WHERE destination_id = $1', ids.destinationId);
    expect(await claim()).toHaveLength(2);
  });
});
