import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  timeOfUuidV7,
  uuidV7,
  type ClaimedDelivery,
  type DeliveryDecision,
  type DeliveryOrder,
  type DeliveryState,
} from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { Database } from '../connections/database.js';
import { PostgresDeliveryStore } from '../deliveries/postgres-delivery.store.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { PostgresReadStore } from '../read/postgres-read.store.js';
import { succeeded } from '../testing/decisions.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { sampleDelivery, sampleEvent, type SampleIds } from '../testing/event-fixtures.js';
import { insertBrand } from '../testing/brand-fixture.js';
import { PostgresDeliveryInterventions } from './postgres-delivery-interventions.js';

const servers = await testServers();

describe.each(servers)('PostgresDeliveryInterventions on the %s PostgreSQL', (_name, server) => {
  let database: Database;
  let events: PostgresEventStore;
  let deliveries: PostgresDeliveryStore;
  let read: PostgresReadStore;
  let interventions: PostgresDeliveryInterventions;
  let ids: SampleIds;

  beforeAll(async () => {
    database = await openTestDatabase(server);
    events = new PostgresEventStore(database.pgPool);
    deliveries = new PostgresDeliveryStore(database.pgPool);
    read = new PostgresReadStore(database.dataSource, database.clock);
    interventions = new PostgresDeliveryInterventions(database.dataSource, database.pgPool);
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await database.close();
  });
  beforeEach(async () => {
    ids = await insertBrand(database.dataSource);
  });

  async function stored(order?: DeliveryOrder, at = Date.now()): Promise<string> {
    const event = sampleEvent(ids, at);
    const delivery = { ...sampleDelivery(event.id, ids, at), ...(order && { order }) };
    await events.storeGroup([{ ...event, deliveries: [delivery] }]);
    return delivery.id;
  }
  async function claim(): Promise<readonly ClaimedDelivery[]> {
    const wanted = [{ destinationId: ids.destinationId, limit: 10, leaseMs: 60_000 }];
    return (await deliveries.claim(wanted, Date.now() + 1_000)).deliveries;
  }
  async function ended(state: DeliveryState, also: Partial<DeliveryDecision> = {}): Promise<string> {
    const id = await stored();
    await end(state, also);
    return id;
  }
  async function end(state: DeliveryState, also: Partial<DeliveryDecision> = {}): Promise<void> {
    const claimed = await claim();
    await deliveries.record(claimed.map((delivery) => ({ ...succeeded(delivery), state, ...also })));
  }
  const here = (deliveryId: string) => ({ deliveryId, brandId: ids.brandId });
  const again = (deliveryId: string, state: DeliveryState) =>
    interventions.redeliver({ ...here(deliveryId), state, countedAttempts: 7, now: Date.now() });
  const seen = (id: string) => read.delivery(ids.brandId, id);

  it('redelivers a dead delivery under its id, with its attempts', async () => {
    const id = await ended('dead', { reason: 'rejected', errorKind: 'rejected' });
    await database.dataSource.query(`UPDATE deliveries SET vendor_status = 'failed' WHERE id = $1`, [id]);
    expect(await again(id, 'dead')).toBe(true);
    expect(await seen(id)).toMatchObject({
      ...{ status: 'scheduled', reason: null, endedAt: null, countedAttempts: 7, attempts: 1, errorKind: 'rejected' },
      vendorStatus: null,
      attemptRecords: [{ number: 1 }],
    });
    const [claimed, ...others] = await claim();
    expect(others).toEqual([]);
    expect(claimed).toMatchObject({ id, countedAttempts: 7, attempts: 1, event: { type: 'pointsIssued' } });
  });

  it('redelivers a delivery once, with concurrent requests', async () => {
    const id = await ended('unconfirmed');
    const answers = await Promise.all(Array.from({ length: 4 }, () => again(id, 'unconfirmed')));
    expect(answers.filter((done) => done)).toHaveLength(1);
    expect(await claim()).toHaveLength(1);
  });

  it('redelivers several deliveries at once, and leaves out what changed, has a next step or was erased', async () => {
    const dead = await ended('dead', { errorKind: 'rejected' });
    const unconfirmed = await ended('unconfirmed');
    const [changed, stepped, erased] = [await ended('dead'), await ended('dead'), await ended('dead')];
    const { dataSource } = database;
    await dataSource.query(`UPDATE deliveries SET messaging = '{"trigger":"rejected"}' WHERE id = $1`, [stepped]);
    const eventOf = async (id: string): Promise<string> => (await seen(id))?.eventId ?? '';
    await dataSource.query('UPDATE events SET erased_at = now() WHERE id = $1', [await eventOf(erased)]);
    const all = await Promise.all(
      [dead, unconfirmed, changed, stepped, erased].map(async (id) => ({
        ...{ id, eventId: await eventOf(id), countedAttempts: 7 },
        state:
          id === unconfirmed ? ('unconfirmed' as const) : id === changed ? ('cancelled' as const) : ('dead' as const),
      })),
    );
    expect(await interventions.redeliverAll(randomUUID(), all, Date.now())).toEqual(new Set());
    const answers = await Promise.all([1, 2].map(() => interventions.redeliverAll(ids.brandId, all, Date.now())));
    expect(answers.flatMap((sent) => [...sent]).sort()).toEqual([dead, unconfirmed].sort());
    expect(await interventions.redeliverAll(ids.brandId, [], Date.now())).toEqual(new Set());
    expect(await seen(dead)).toMatchObject({ status: 'scheduled', countedAttempts: 7, attempts: 1 });
    expect(await seen(stepped)).toMatchObject({ status: 'dead' });
    expect((await claim()).map(({ id }) => id).sort()).toEqual([dead, unconfirmed].sort());
    const found = await read.deliveriesById(ids.brandId, [dead.toUpperCase(), erased, randomUUID(), 'no id']);
    expect(found.map(({ id, status }) => [id, status])).toEqual([
      [dead, 'scheduled'],
      [erased, 'dead'],
    ]);
  });

  it('changes no delivery in another state or of another brand', async () => {
    const id = await ended('succeeded');
    expect(await again(id, 'dead')).toBe(false);
    const foreign = { deliveryId: id, brandId: randomUUID(), state: 'succeeded' as const };
    expect(await interventions.redeliver({ ...foreign, countedAttempts: 0, now: Date.now() })).toBe(false);
    expect(await interventions.cancel(here(id))).toBe(false);
    expect(await seen(id)).toMatchObject({ status: 'succeeded' });
  });

  it('creates another delivery after a success, and does not change the first', async () => {
    const id = await ended('succeeded');
    const redeliverAsNew = (newId: string) =>
      interventions.redeliverAsNew({ ...here(id), newId, countedAttempts: 3, now: timeOfUuidV7(newId) });
    const newId = uuidV7(Date.now());
    expect(await redeliverAsNew(newId)).toBe('created');
    expect(await redeliverAsNew(uuidV7(Date.now()))).toBe('waiting');
    expect(await seen(id)).toMatchObject({ status: 'succeeded', externalId: 'vendor-1' });
    expect(await seen(newId)).toMatchObject({ status: 'scheduled', attempts: 0, countedAttempts: 3, externalId: null });
    await end('succeeded');
    expect(await seen(newId)).toMatchObject({ status: 'succeeded' });
    const dead = await ended('dead');
    expect(await interventions.redeliverAsNew({ ...here(dead), newId: uuidV7(0), countedAttempts: 0, now: 0 })).toBe(
      'gone',
    );
  });

  it('cancels a waiting delivery, and not a delivery in flight', async () => {
    const id = await stored();
    const [claimed] = await claim();
    expect(await interventions.cancel(here(id))).toBe(false);
    await deliveries.release(claimed === undefined ? [] : [claimed]);
    expect(await interventions.cancel(here(id))).toBe(true);
    expect(await seen(id)).toMatchObject({ status: 'cancelled', reason: 'by a person' });
    expect(await claim()).toEqual([]);
    expect(await again(id, 'cancelled')).toBe(true);
    expect(await claim()).toHaveLength(1);
  });

  describe('with an order key', () => {
    const order = (key: string, occurredAt: number): DeliveryOrder => ({ key, occurredAt, policy: 'block' });

    /** Stores a dead delivery that blocks another delivery. Returns the ids of both. */
    async function blockedPair(): Promise<[head: string, next: string]> {
      const [key, now] = [randomUUID(), Date.now()];
      const head = await stored(order(key, now - 2_000), now - 2_000);
      const next = await stored(order(key, now - 1_000), now - 1_000);
      await end('dead', { blocks: true, errorKind: 'rejected' });
      expect(await claim()).toEqual([]);
      return [head, next];
    }

    it('sends a redelivered delivery first, and the blocked delivery after it', async () => {
      const [head, next] = await blockedPair();
      expect(await again(head, 'dead')).toBe(true);
      expect((await claim()).map(({ id }) => id)).toEqual([head]);
      expect(await claim()).toEqual([]);
      const rows = await database.dataSource.query<{ lease_token: string }[]>(
        'SELECT lease_token FROM deliveries_waiting WHERE id = $1',
        [head],
      );
      const delivery = { ...(await seen(head)), token: rows[0]?.lease_token ?? '' };
      await deliveries.record([
        {
          ...{ id: head, token: delivery.token, retentionDays: 30, state: 'succeeded', reason: null, dueAt: null },
          ...{
            countedAttempts: 8,
            attempts: 2,
            errorKind: null,
            externalId: null,
            pendingSince: null,
            stateIfConfirmed: null,
            blocks: false,
            messaging: null,
            attempt: null,
          },
        },
      ]);
      expect((await claim()).map(({ id }) => id)).toEqual([next]);
    });

    it('unblocks the next delivery when the blocking delivery is cancelled', async () => {
      const [head, next] = await blockedPair();
      expect(await interventions.cancel(here(head))).toBe(true);
      expect(await seen(head)).toMatchObject({ status: 'cancelled', reason: 'by a person', errorKind: 'rejected' });
      expect((await claim()).map(({ id }) => id)).toEqual([next]);
      expect(await interventions.cancel(here(head))).toBe(false);
    });

    it('wakes the next delivery when a waiting delivery is cancelled', async () => {
      const [key, now] = [randomUUID(), Date.now()];
      const head = await stored({ ...order(key, now - 2_000), policy: 'skip' }, now - 2_000);
      const next = await stored({ ...order(key, now - 1_000), policy: 'skip' }, now - 1_000);
      const [claimed] = await claim();
      await deliveries.release(claimed === undefined ? [] : [claimed]);
      expect(await interventions.cancel(here(head))).toBe(true);
      expect((await claim()).map(({ id }) => id)).toEqual([next]);
    });
  });
});
