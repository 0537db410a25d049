import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  HUB_ACTOR,
  LiveConfiguration,
  OPERATIONAL_SOURCE,
  OperationalRelay,
  type ClaimedDelivery,
  type DeliveryDecision,
  type JsonObject,
  type OperationalNotes,
  type SourceAdapter,
} from '@patchbay/core';
import { ChangeNotices } from '../configuration/change-notices.js';
import { PostgresConfigurationStore } from '../configuration/postgres-configuration.store.js';
import type { Database } from '../connections/database.js';
import { PostgresDeliveryStore } from '../deliveries/postgres-delivery.store.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { MissingPartitions } from '../partitions/missing-partitions.js';
import { PostgresDeliveryInterventions } from '../replays/postgres-delivery-interventions.js';
import { succeeded } from '../testing/decisions.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { acme, hook, points } from '../testing/sample-brand.js';
import { sampleEvent, type SampleIds } from '../testing/sample-events.js';
import { sampleVault } from '../testing/sample-vault.js';
import { PostgresOperationalNotes } from './postgres-operational-notes.js';

const QUIET_MS = 60_000;
const VENDORS_WORDS = 'The customer 700100200 is unknown.';
const ACTOR = { name: 'a test', keyId: null };

const adapter = (name: string): SourceAdapter => ({
  name,
  read: () => [],
  catalogue: () => [],
  personalPaths: () => ({ personal: [], safe: [{ path: 'data.**', type: 'word' }] }),
  recipientOf: () => ({}),
});

/** An event that was told. */
interface Told {
  readonly id: string;
  readonly type: string;
  readonly data: JsonObject;
}

describe.each(await testServers())('operational notes on the %s PostgreSQL', (_name, server) => {
  let database: Database & { readonly url: string };
  let notices: ChangeNotices;
  let configurations: PostgresConfigurationStore;
  let live: LiveConfiguration;
  let partitions: MissingPartitions;
  let events: PostgresEventStore;
  let store: PostgresDeliveryStore;
  let notes: OperationalNotes;
  const woken: string[] = [];
  const faults: string[] = [];

  beforeEach(async () => {
    database = await openTestDatabase(server);
    notices = new ChangeNotices(database.url, () => undefined);
    configurations = new PostgresConfigurationStore({ ...database, vault: sampleVault(), notices });
    live = new LiveConfiguration(
      configurations,
      new Map(['capillary', OPERATIONAL_SOURCE].map((name) => [name, adapter(name)])),
    );
    partitions = new MissingPartitions(database.dataSource);
    events = new PostgresEventStore(database.hot, partitions);
    store = new PostgresDeliveryStore(database.hot, partitions);
    notes = new PostgresOperationalNotes(database.dataSource, partitions);
    woken.length = 0;
    faults.length = 0;
  });
  afterEach(async () => {
    await notices.close();
    await database.close();
  });

  /** A brand whose subscription `alerts` listens to the hub. */
  async function listening(...to: readonly string[]): Promise<void> {
    const destinations = [hook(), hook({ name: 'ops' })];
    const alerts = points({ name: 'alerts', source: OPERATIONAL_SOURCE, events: to, destination: 'ops' });
    const subscriptions = to.length === 0 ? [points()] : [points(), alerts];
    await configurations.apply([acme({ destinations, subscriptions })], {
      prune: false,
      dryRun: false,
      complete: true,
    });
    await live.refresh();
  }

  function idsOf(subscriptionName: string): SampleIds {
    const subscription = live.current.records.subscriptions.find(({ name }) => name === subscriptionName);
    if (subscription === undefined) throw new Error(`There is no subscription ${subscriptionName}.`);
    const { id, subscriptionId, brandId, sourceId, destinationId } = subscription;
    return { brandId, sourceId, destinationId, subscriptionId, subscriptionVersionId: id };
  }

  /** Deliveries of new events, claimed. */
  async function claimed(count: number): Promise<readonly ClaimedDelivery[]> {
    const ids = idsOf('points');
    const now = Date.now();
    await events.storeGroup(
      live.current.revision,
      Array.from({ length: count }, () => sampleEvent(ids, now)),
    );
    return claim('points', count);
  }

  async function claim(subscription: string, limit: number): Promise<readonly ClaimedDelivery[]> {
    const { destinationId } = idsOf(subscription);
    const { deliveries } = await store.claim([{ destinationId, limit, leaseMs: QUIET_MS }], Date.now() + 1_000);
    return deliveries;
  }

  function rejected(delivery: ClaimedDelivery, also: Partial<DeliveryDecision> = {}): DeliveryDecision {
    const done = succeeded(delivery);
    return {
      ...{ ...done, state: 'dead', reason: 'rejected', errorKind: 'rejected', externalId: null },
      attempt: done.attempt && { ...done.attempt, outcome: 'rejected', message: VENDORS_WORDS },
      ...also,
    };
  }

  const die = async (count: number): Promise<readonly ClaimedDelivery[]> => {
    const deliveries = await claimed(count);
    await store.record(deliveries.map((delivery) => rejected(delivery)));
    return deliveries;
  };

  const relay = (quietMs = QUIET_MS, batch = 100): OperationalRelay =>
    new OperationalRelay(
      ...[notes, live, { wake: (id: string) => void woken.push(id) }, { now: () => Date.now() }, { batch, quietMs }],
      (error, note) => void faults.push(`${note}: ${String(error)}`),
    );

  const told = (): Promise<Told[]> =>
    database.dataSource.query<Told[]>(
      `SELECT e.id, e.type, e.data FROM events e JOIN sources s ON s.id = e.source_id
       WHERE s.managed_by = 'hub' ORDER BY e.occurred_at, e.id`,
    );
  const noted = async (): Promise<number> => {
    const rows = await database.dataSource.query<{ count: number }[]>(
      'SELECT coalesce(sum(count), 0)::int AS count FROM operational_notes',
    );
    return rows[0]?.count ?? 0;
  };

  it('tells of a dead delivery once, by a delivery to whoever listens', async () => {
    await listening('delivery.dead');
    const [delivery] = await die(1);
    expect(await noted()).toBe(1);
    expect(await relay().once()).toBe(1);
    const [event, ...others] = await told();
    expect(others).toEqual([]);
    const { destinationId, subscriptionId } = idsOf('points');
    expect(event).toMatchObject({
      type: 'delivery.dead',
      data: {
        destination: { id: destinationId, name: 'hook', type: 'webhook' },
        subscription: { id: subscriptionId, name: 'points' },
        ...{ reason: 'rejected', errorKind: 'rejected', count: 1 },
        deliveries: [
          {
            ...{ id: delivery?.id, eventId: delivery?.event.id, eventType: 'pointsIssued', attempts: 1 },
            ...{ createdAt: expect.any(String) as unknown, endedAt: expect.any(String) as unknown },
          },
        ],
      },
    });
    const alerts = idsOf('alerts');
    expect(woken).toEqual([alerts.destinationId]);
    expect(await claim('alerts', 10)).toMatchObject([{ event: { id: event?.id, sourceId: alerts.sourceId } }]);
    expect([await relay(0).once(), await noted()]).toEqual([0, 0]);
  });

  it('says nothing that a vendor wrote: the next forgetting would leave what it says of a customer', async () => {
    await listening('delivery.dead');
    await die(1);
    await relay().once();
    await die(1);
    expect([await noted(), (await told()).length]).toEqual([1, 1]);
    const waiting = await database.dataSource.query<object[]>('SELECT * FROM operational_notes');
    for (const said of [...(await told()), ...waiting]) expect(JSON.stringify(said)).not.toContain(VENDORS_WORDS);
  });

  it.each([
    [['delivery.*'], 1],
    [['*'], 1],
    [['destination.*', 'delivery.unconfirmed', 'delivery.deadly', 'd'], 0],
    [[], 0],
  ])('notes only what somebody listens to: %j', async (types, count) => {
    await listening(...types);
    await die(1);
    expect(await noted()).toBe(count);
  });

  it('notes nothing once nobody listens any more, and what was delivered never', async () => {
    await listening('delivery.dead');
    const [delivery] = await claimed(1);
    await store.record(delivery === undefined ? [] : [succeeded(delivery)]);
    await listening();
    await die(1);
    expect(await noted()).toBe(0);
  });

  it('tells of one that is held because nobody knows its fate, unless its vendor has told', async () => {
    await listening('delivery.unconfirmed');
    const [held, other] = await claimed(2);
    if (held === undefined || other === undefined) throw new Error('nothing was claimed');
    await database.dataSource.query(`UPDATE deliveries_waiting SET downstream_status = 'delivered' WHERE id = $1`, [
      other.id,
    ]);
    const lost = { state: 'unconfirmed', stateIfTold: 'succeeded', reason: null, errorKind: 'unconfirmed' } as const;
    await store.record([rejected(held, lost), rejected(other, lost)]);
    await relay().once();
    expect(await told()).toMatchObject([
      { type: 'delivery.unconfirmed', data: { count: 1, reason: null, deliveries: [{ id: held.id }] } },
    ]);
  });

  it('notes nothing of a decision that was not written', async () => {
    await listening('delivery.dead');
    const [delivery] = await claimed(1);
    if (delivery === undefined) throw new Error('nothing was claimed');
    const late = { ...delivery, token: '00000000-0000-4000-8000-000000000000' };
    expect((await store.record([rejected(late)])).size).toBe(0);
    expect(await noted()).toBe(0);
  });

  it('tells nothing of the deliveries of what it told', async () => {
    await listening('*');
    await die(1);
    await relay().once();
    const alerts = await claim('alerts', 10);
    expect((await store.record(alerts.map((delivery) => rejected(delivery)))).size).toBe(1);
    expect([await noted(), await relay(0).once()]).toEqual([0, 0]);
  });

  it('tells of a storm in few events, which count each delivery once', async () => {
    await listening('delivery.dead');
    const count = 240;
    const deliveries = await claimed(count);
    const batches = Array.from({ length: 12 }, (_, index) => deliveries.slice(index * 20, (index + 1) * 20));
    const other = new PostgresDeliveryStore(database.hot, partitions);
    // Two workers write, two relays tell, all at the same time.
    await Promise.all([
      ...batches.map((batch, index) => (index % 2 === 0 ? store : other).record(batch.map((one) => rejected(one)))),
      relay().once(),
      relay().once(),
    ]);
    await relay().once();
    const inAMinute = await told();
    expect(inAMinute.length).toBeLessThanOrEqual(1);
    await relay(0).once();
    const all = await told();
    expect(all.length).toBeLessThanOrEqual(2);
    expect(all.reduce((sum, { data }) => sum + Number(data['count']), 0)).toBe(count);
    for (const { data } of all) expect(data['deliveries']).toHaveLength(Math.min(10, Number(data['count'])));
    expect(await noted()).toBe(0);
  });

  it('tells what ends differently apart, and again what ends again', async () => {
    await listening('delivery.dead');
    const [one, other] = await claimed(2);
    if (one === undefined || other === undefined) throw new Error('nothing was claimed');
    await store.record([rejected(one), rejected(other, { reason: 'mapping', errorKind: 'mapping' })]);
    expect(await relay().once()).toBe(2);
    const interventions = new PostgresDeliveryInterventions(database.dataSource, partitions);
    const { id: deliveryId, brandId } = one;
    await interventions.redeliver({ deliveryId, brandId, state: 'dead', charged: 0, now: Date.now() });
    const [again] = await claim('points', 1);
    await store.record(again === undefined ? [] : [rejected(again)]);
    expect(await relay().once()).toBe(0);
    expect(await relay(0).once()).toBe(1);
    expect((await told()).at(-1)).toMatchObject({ data: { deliveries: [{ id: deliveryId, attempts: 2 }] } });
  });

  it('loses nothing where the relay dies half-way, and tells nothing twice', async () => {
    await listening('delivery.dead');
    await die(1);
    const failing = (): never => {
      throw new Error('killed');
    };
    const options = { limit: 10, quietMs: 0 };
    expect(await notes.relay(options, failing, (error) => void faults.push(String(error)))).toEqual([]);
    expect([faults, await noted()]).toEqual([['Error: killed'], 1]);
    await Promise.all([relay(0).once(), relay(0).once(), relay(0).once()]);
    expect(await told()).toHaveLength(1);
  });

  it('tells of all others where some can never be told, however many, and says which', async () => {
    await listening('delivery.dead');
    const { brandId } = idsOf('alerts');
    await database.dataSource.query(
      `INSERT INTO operational_notes (scope, brand_id, type, facts, count, deliveries, first_at, last_at)
      SELECT 'odd-' || n, $1, 'delivery.odd', '{}', n, '[]', now() - interval '1 h', now() FROM generate_series(1, 3) n`,
      [brandId],
    );
    await die(1);
    const rounds = [await relay(QUIET_MS, 2).once(), await relay(QUIET_MS, 2).once(), await relay(QUIET_MS, 2).once()];
    expect(rounds).toEqual([0, 1, 0]);
    expect(await told()).toMatchObject([{ type: 'delivery.dead' }]);
    expect(faults.map((fault) => fault.slice(0, 5))).toEqual(['odd-1', 'odd-2', 'odd-3']);
    expect(faults[0]).toContain('delivery.odd');
    // They are kept, and tried again after a while.
    expect(await noted()).toBe(6);
    await relay(0, 2).once();
    expect(faults).toHaveLength(5);
  });

  it('waits for the newest configuration where the one in memory is stale', async () => {
    await listening('delivery.dead');
    await die(1);
    const { destinationId } = idsOf('alerts');
    await configurations.pauseDestination(destinationId, 'Holidays.', ACTOR);
    expect([await relay().once(), await noted()]).toEqual([0, 1]);
    expect(await relay().once()).toBe(1);
  });

  it('tells of a pause by whom and why, once, and of its end', async () => {
    await listening('destination.*');
    const { destinationId: id } = idsOf('points');
    await Promise.all(
      Array.from({ length: 5 }, () =>
        configurations.pauseDestination(id, 'The key was refused.', HUB_ACTOR, {
          errorKind: 'credentials',
          version: 1,
        }),
      ),
    );
    await configurations.resumeDestination(id, ACTOR);
    await configurations.resumeDestination(id, ACTOR);
    await live.refresh();
    await relay().once();
    const destination = { id, name: 'hook', type: 'webhook' };
    const both = await told();
    expect(both.map(({ type, data }) => ({ type, ...data }))).toEqual([
      {
        ...{ type: 'destination.paused', destination, by: 'hub' },
        ...{ reason: 'The key was refused.', errorKind: 'credentials', at: expect.any(String) as unknown },
      },
      {
        ...{ type: 'destination.resumed', destination, by: 'person' },
        ...{ reason: null, errorKind: null, at: expect.any(String) as unknown },
      },
    ]);
  });

  it('notes no pause where nobody listens', async () => {
    await listening('delivery.dead');
    await configurations.pauseDestination(idsOf('points').destinationId, 'The key was refused.', HUB_ACTOR);
    expect(await noted()).toBe(0);
  });
});
