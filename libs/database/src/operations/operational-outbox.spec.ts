import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  customerHash,
  HUB_ACTOR,
  LiveConfiguration,
  OPERATIONAL_SOURCE,
  OperationalRelay,
  uuidV7,
  type ClaimedDelivery,
  type DeliveryDecision,
  type JsonObject,
  type OperationalOutbox,
  type SourceAdapter,
  type Vault,
} from '@patchbay/core';
import type { VendorStatus } from '@patchbay/plugin-sdk';
import { ChangeNotices } from '../configuration/change-notices.js';
import { PostgresConfigurationStore } from '../configuration/postgres-configuration.store.js';
import { openDatabase, type Database } from '../connections/database.js';
import { PostgresDeliveryStore } from '../deliveries/postgres-delivery.store.js';
import { PostgresDestinationPauseStore } from '../destinations/postgres-destination-pause.store.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { PostgresSuppressionStore } from '../suppressions/postgres-suppression.store.js';
import { PostgresDeliveryInterventions } from '../replays/postgres-delivery-interventions.js';
import { ONE_VERSION } from '../testing/one-version.js';
import { succeeded } from '../testing/decisions.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { acme, hook, points } from '../testing/sample-brand.js';
import { sampleEvent, type SampleIds } from '../testing/event-fixtures.js';
import { sampleVault } from '../testing/sample-vault.js';
import { PostgresStatusUpdateStore } from '../status-updates/postgres-status-update.store.js';
import { PostgresMissingStatusStore } from './postgres-missing-status.store.js';
import { PostgresOperationalOutbox } from './postgres-operational-outbox.js';

const INTERVAL_MS = 60_000;
const VENDOR_MESSAGE = 'The customer 700100200 is unknown.';
const ACTOR = { name: 'a test', keyId: null };

const adapter = (name: string): SourceAdapter => ({
  name,
  read: () => [],
  catalogue: () => [],
  personalPaths: () => ({ personal: [], safe: [{ path: 'data.**', type: 'word' }] }),
  recipientOf: () => ({}),
});

const adapters = new Map(['capillary', OPERATIONAL_SOURCE].map((name) => [name, adapter(name)]));

/** Returns the ids of a list of objects. */
function idsIn(list: unknown): unknown[] {
  return Array.isArray(list) ? list.map((one: { readonly id?: unknown }) => one.id) : [];
}

/** Operational event that the relay published. */
interface Published {
  readonly id: string;
  readonly type: string;
  readonly data: JsonObject;
}

describe.each(await testServers())('the operational outbox on the %s PostgreSQL', (_name, server) => {
  let database: Database & { readonly url: string };
  let notices: ChangeNotices;
  let configurations: PostgresConfigurationStore;
  let pauses: PostgresDestinationPauseStore;
  let live: LiveConfiguration;
  let vault: Vault;
  let events: PostgresEventStore;
  let store: PostgresDeliveryStore;
  let outbox: OperationalOutbox;
  const woken: string[] = [];
  const faults: string[] = [];

  beforeEach(async () => {
    database = await openTestDatabase(server);
    notices = new ChangeNotices(database.url, () => undefined);
    vault = sampleVault();
    configurations = new PostgresConfigurationStore({ ...database, vault, notices, settingsVersions: ONE_VERSION });
    live = new LiveConfiguration(configurations, adapters);
    events = new PostgresEventStore(database.pgPool);
    store = new PostgresDeliveryStore(database.pgPool);
    pauses = new PostgresDestinationPauseStore(database.dataSource, database.pgPool);
    outbox = new PostgresOperationalOutbox(database.dataSource, database.pgPool);
    woken.length = 0;
    faults.length = 0;
  });
  afterEach(async () => {
    await notices.close();
    await database.close();
  });

  /** Applies a brand whose subscription `alerts` receives operational events of the given types. */
  async function subscribeTo(...to: readonly string[]): Promise<void> {
    const destinations = [hook(), hook({ name: 'ops' })];
    const alerts = points({ name: 'alerts', source: OPERATIONAL_SOURCE, events: to, destination: 'ops' });
    const subscriptions = to.length === 0 ? [points()] : [points(), alerts];
    await configurations.apply([acme({ destinations, subscriptions })], {
      prune: false,
      dryRun: false,
      complete: true,
    });
    await live.refresh();
    await live.brandNamed('acme');
  }

  function idsOf(subscriptionName: string): SampleIds {
    const subscription = live
      .brandNamedIfLoaded('acme')
      ?.records.subscriptions.find(({ name }) => name === subscriptionName);
    if (subscription === undefined) throw new Error(`Subscription not found: ${subscriptionName}.`);
    const { id, subscriptionId, brandId, sourceId, destinationId } = subscription;
    if (destinationId === null) throw new Error(`The subscription ${subscriptionName} has a route.`);
    return { brandId, sourceId, destinationId, subscriptionId, subscriptionVersionId: id };
  }

  /** Stores the given number of events and claims their deliveries. */
  async function claimed(count: number): Promise<readonly ClaimedDelivery[]> {
    const ids = idsOf('points');
    const now = Date.now();
    const configRevision = live.brandIfLoaded(ids.brandId)?.revision ?? 0;
    await events.storeGroup(Array.from({ length: count }, () => sampleEvent(ids, now, { configRevision })));
    return claim('points', count);
  }

  async function claim(subscription: string, limit: number): Promise<readonly ClaimedDelivery[]> {
    const { destinationId } = idsOf(subscription);
    const { deliveries } = await store.claim([{ destinationId, limit, leaseMs: INTERVAL_MS }], Date.now() + 1_000);
    return deliveries;
  }

  function rejected(delivery: ClaimedDelivery, also: Partial<DeliveryDecision> = {}): DeliveryDecision {
    const done = succeeded(delivery);
    return {
      ...{ ...done, state: 'dead', reason: 'rejected', errorKind: 'rejected', externalId: null },
      attempt: done.attempt && { ...done.attempt, outcome: 'rejected', message: VENDOR_MESSAGE },
      ...also,
    };
  }

  const endAsDead = async (count: number): Promise<readonly ClaimedDelivery[]> => {
    const deliveries = await claimed(count);
    await store.record(deliveries.map((delivery) => rejected(delivery)));
    return deliveries;
  };

  const relay = (intervalMs = INTERVAL_MS, batch = 100, configuration = live, from = outbox): OperationalRelay =>
    new OperationalRelay(
      ...[
        from,
        configuration,
        { wake: (id: string) => void woken.push(id) },
        { now: () => Date.now() },
        { batch, intervalMs },
      ],
      (error, scope) => void faults.push(`${scope}: ${String(error)}`),
    );

  const published = (): Promise<Published[]> =>
    database.dataSource.query<Published[]>(
      `SELECT e.id, e.type, e.data FROM events e JOIN sources s ON s.id = e.source_id
       WHERE s.managed_by = 'hub' ORDER BY e.occurred_at, e.id`,
    );
  const pending = async (): Promise<number> => {
    const rows = await database.dataSource.query<{ count: number }[]>(
      'SELECT coalesce(sum(count), 0)::int AS count FROM operational_outbox',
    );
    return rows[0]?.count ?? 0;
  };

  it('publishes a dead delivery once, and creates a delivery for the subscriber', async () => {
    await subscribeTo('delivery.dead');
    const [delivery] = await endAsDead(1);
    expect(await pending()).toBe(1);
    expect(await relay().once()).toBe(1);
    const [event, ...others] = await published();
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
    expect([await relay(0).once(), await pending()]).toEqual([0, 0]);
  });

  it('contains no text of a vendor, because an erasure would not find it', async () => {
    await subscribeTo('delivery.dead');
    await endAsDead(1);
    await relay().once();
    await endAsDead(1);
    expect([await pending(), (await published()).length]).toEqual([1, 1]);
    const waiting = await database.dataSource.query<object[]>('SELECT * FROM operational_outbox');
    for (const row of [...(await published()), ...waiting]) expect(JSON.stringify(row)).not.toContain(VENDOR_MESSAGE);
  });

  it.each([
    [['delivery.*'], 1],
    [['*'], 1],
    [['destination.*', 'delivery.unconfirmed', 'delivery.deadly', 'd'], 0],
    [[], 0],
  ])('appends entries only for subscribed types: %j', async (types, count) => {
    await subscribeTo(...types);
    await endAsDead(1);
    expect(await pending()).toBe(count);
  });

  it('appends nothing without a subscriber, and nothing for a succeeded delivery', async () => {
    await subscribeTo('delivery.dead');
    const [delivery] = await claimed(1);
    await store.record(delivery === undefined ? [] : [succeeded(delivery)]);
    await subscribeTo();
    await endAsDead(1);
    expect(await pending()).toBe(0);
  });

  it('publishes an unconfirmed delivery, unless a status update confirmed it', async () => {
    await subscribeTo('delivery.unconfirmed');
    const [unconfirmed, other] = await claimed(2);
    if (unconfirmed === undefined || other === undefined) throw new Error('nothing was claimed');
    await database.dataSource.query(`UPDATE deliveries_waiting SET vendor_status = 'delivered' WHERE id = $1`, [
      other.id,
    ]);
    const lost = {
      state: 'unconfirmed',
      stateIfConfirmed: 'succeeded',
      reason: null,
      errorKind: 'unconfirmed',
    } as const;
    await store.record([rejected(unconfirmed, lost), rejected(other, lost)]);
    await relay().once();
    expect(await published()).toMatchObject([
      { type: 'delivery.unconfirmed', data: { count: 1, reason: null, deliveries: [{ id: unconfirmed.id }] } },
    ]);
  });

  it('appends nothing for a decision that was not written', async () => {
    await subscribeTo('delivery.dead');
    const [delivery] = await claimed(1);
    if (delivery === undefined) throw new Error('nothing was claimed');
    const late = { ...delivery, token: '00000000-0000-4000-8000-000000000000' };
    expect((await store.record([rejected(late)])).size).toBe(0);
    expect(await pending()).toBe(0);
  });

  it('publishes nothing about deliveries of operational events', async () => {
    await subscribeTo('*');
    await endAsDead(1);
    await relay().once();
    const alerts = await claim('alerts', 10);
    expect((await store.record(alerts.map((delivery) => rejected(delivery)))).size).toBe(1);
    expect([await pending(), await relay(0).once()]).toEqual([0, 0]);
  });

  it('publishes many failures in few events, which count each delivery once', async () => {
    await subscribeTo('delivery.dead');
    const count = 240;
    const deliveries = await claimed(count);
    const batches = Array.from({ length: 12 }, (_, index) => deliveries.slice(index * 20, (index + 1) * 20));
    const other = new PostgresDeliveryStore(database.pgPool);
    // Two workers write entries while two relays publish entries.
    await Promise.all([
      ...batches.map((batch, index) => (index % 2 === 0 ? store : other).record(batch.map((one) => rejected(one)))),
      relay().once(),
      relay().once(),
    ]);
    await relay().once();
    const inOneInterval = await published();
    expect(inOneInterval.length).toBeLessThanOrEqual(1);
    await relay(0).once();
    const all = await published();
    expect(all.length).toBeLessThanOrEqual(2);
    expect(all.reduce((sum, { data }) => sum + Number(data['count']), 0)).toBe(count);
    for (const { data } of all) expect(data['deliveries']).toHaveLength(Math.min(10, Number(data['count'])));
    expect(await pending()).toBe(0);
  });

  it('publishes different outcomes separately, and a second end of a delivery again', async () => {
    await subscribeTo('delivery.dead');
    const [one, other] = await claimed(2);
    if (one === undefined || other === undefined) throw new Error('nothing was claimed');
    await store.record([rejected(one), rejected(other, { reason: 'mapping', errorKind: 'mapping' })]);
    expect(await relay().once()).toBe(2);
    const interventions = new PostgresDeliveryInterventions(database.dataSource, database.pgPool);
    const { id: deliveryId, brandId } = one;
    await interventions.redeliver({ deliveryId, brandId, state: 'dead', countedAttempts: 0, now: Date.now() });
    const [again] = await claim('points', 1);
    await store.record(again === undefined ? [] : [rejected(again)]);
    expect(await relay().once()).toBe(0);
    expect(await relay(0).once()).toBe(1);
    expect((await published()).at(-1)).toMatchObject({ data: { deliveries: [{ id: deliveryId, attempts: 2 }] } });
  });

  it('loses nothing and publishes nothing twice if the relay fails half-way', async () => {
    await subscribeTo('delivery.dead');
    await endAsDead(1);
    const failing = (): never => {
      throw new Error('killed');
    };
    const options = { limit: 10, intervalMs: 0, brandIds: [idsOf('points').brandId] };
    expect(await outbox.relay(options, failing, (error) => void faults.push(String(error)))).toEqual({
      events: [],
      isStale: false,
    });
    expect([faults, await pending()]).toEqual([['Error: killed'], 1]);
    await Promise.all([relay(0).once(), relay(0).once(), relay(0).once()]);
    expect(await published()).toHaveLength(1);
  });

  it('publishes all other entries if some cannot be published, and reports those', async () => {
    await subscribeTo('delivery.dead');
    const { brandId } = idsOf('alerts');
    await database.dataSource.query(
      `INSERT INTO operational_outbox (scope, brand_id, type, facts, count, deliveries, first_at, last_at)
      SELECT 'odd-' || n, $1, 'delivery.odd', '{}', n, '[]', now() - interval '1 h', now() FROM generate_series(1, 3) n`,
      [brandId],
    );
    await endAsDead(1);
    const rounds = [
      await relay(INTERVAL_MS, 2).once(),
      await relay(INTERVAL_MS, 2).once(),
      await relay(INTERVAL_MS, 2).once(),
    ];
    expect(rounds).toEqual([0, 1, 0]);
    expect(await published()).toMatchObject([{ type: 'delivery.dead' }]);
    expect(faults.map((fault) => fault.slice(0, 5))).toEqual(['odd-1', 'odd-2', 'odd-3']);
    expect(faults[0]).toContain('delivery.odd');
    // The faulty entries are kept and retried later.
    expect(await pending()).toBe(6);
    await relay(0, 2).once();
    expect(faults).toHaveLength(5);
  });

  it('waits for the newest configuration if the configuration in memory is stale', async () => {
    await subscribeTo('delivery.dead');
    await endAsDead(1);
    await configurations.rotateCallback(idsOf('alerts').destinationId, ACTOR);
    expect([await relay().once(), await pending()]).toEqual([0, 1]);
    expect(await relay().once()).toBe(1);
  });

  it('loads an unknown brand outside its transaction, so that a pool of one connection is enough', async () => {
    const pools = { hot: 1, general: 1 };
    const small = await openDatabase({ url: database.url, pools, onError: () => undefined });
    try {
      const ofSmall = new PostgresConfigurationStore({ ...small, vault, notices, settingsVersions: ONE_VERSION });
      const unaware = new LiveConfiguration(ofSmall, adapters);
      await unaware.refresh();
      await subscribeTo('delivery.dead');
      await endAsDead(1);
      expect(unaware.directory).toEqual([]);
      expect(
        await relay(INTERVAL_MS, 100, unaware, new PostgresOperationalOutbox(small.dataSource, small.pgPool)).once(),
      ).toBe(1);
    } finally {
      await small.close();
    }
  });

  it('publishes a pause once, with actor and reason, and the resumption', async () => {
    await subscribeTo('destination.*');
    const { destinationId: id } = idsOf('points');
    await Promise.all(
      Array.from({ length: 5 }, () =>
        pauses.pause(id, 'The key was refused.', HUB_ACTOR, {
          failedAttempt: { errorKind: 'credentials', version: 1 },
        }),
      ),
    );
    await pauses.resume(id, ACTOR);
    await pauses.resume(id, ACTOR);
    await live.refresh();
    await relay().once();
    const destination = { id, name: 'hook', type: 'webhook' };
    const both = await published();
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

  it('publishes the suppressions of a brand together, the first at once and the others after the interval', async () => {
    await subscribeTo('suppression.*');
    const suppressions = new PostgresSuppressionStore(database.dataSource, database.pgPool);
    const { brandId } = idsOf('points');
    const add = async (count: number): Promise<string[]> => {
      const added: string[] = [];
      for (let i = 0; i < count; i += 1) {
        const id = uuidV7(Date.now());
        added.push(id);
        const rule = { reason: 'opt_out', channel: 'sms', purpose: null, sender: null } as const;
        const about = { kind: 'phone', addressHash: randomBytes(32).toString('hex'), sealedAddress: null } as const;
        await suppressions.add(brandId, [
          { id, ...rule, ...about, origin: 'callback', reportedBy: 'sms', detail: null, reportedAt: Date.now() },
        ]);
      }
      return added;
    };
    const first = await add(3);
    expect(await relay().once()).toBe(1);
    const second = await add(12);
    expect(await relay().once()).toBe(0);
    expect(await relay(0).once()).toBe(1);
    const found = await published();
    expect(found).toMatchObject([{ data: { count: 3 } }, { data: { count: 12 } }]);
    expect(found.map(({ data }) => idsIn(data['suppressions']))).toEqual([first, second.slice(0, 10)]);
    expect([await relay(0).once(), await pending()]).toEqual([0, 0]);
  });

  describe('about single messages', () => {
    const waiting = async (): Promise<number> => {
      const rows = await database.dataSource.query<{ count: number }[]>(
        'SELECT count(*)::int AS count FROM message_outbox',
      );
      return rows[0]?.count ?? 0;
    };
    const types = async (): Promise<readonly string[]> => (await published()).map(({ type }) => type);
    /** Records deliveries like a worker whose brand has a subscription to the events. */
    const record = async (decisions: readonly DeliveryDecision[]): Promise<unknown> =>
      store.record(decisions.map((decision) => ({ ...decision, hasMessageEvents: true })));
    const report = (id: string, status: VendorStatus, at?: string): Promise<unknown> =>
      new PostgresStatusUpdateStore(database, database.clock).apply(idsOf('points').destinationId, [
        { deliveryId: id, status, at },
      ]);
    /** Stores one event and records the outcome of its delivery. */
    async function ended(also: Partial<DeliveryDecision> = {}): Promise<string> {
      const [delivery] = await claimed(1);
      if (delivery === undefined) throw new Error('No delivery was claimed.');
      await record([{ ...succeeded(delivery), ...also }]);
      return delivery.id;
    }

    it('publishes one event per message and status, with ids and without the message', async () => {
      await subscribeTo('message.*');
      const id = await ended();
      await report(id, 'sent');
      await report(id, 'delivered', '2026-11-24T09:30:00.000Z');
      await report(id, 'delivered');
      await report(id, 'opened');
      expect([await waiting(), await relay().once(), await waiting()]).toEqual([3, 3, 0]);
      const [sent, delivered, opened] = await published();
      const { destinationId, subscriptionId } = idsOf('points');
      expect(sent).toMatchObject({
        type: 'message.sent',
        data: {
          ...{ status: 'sent', deliveryId: id, eventType: 'pointsIssued', customerId: 'customer-1' },
          destination: { id: destinationId, name: 'hook', type: 'webhook' },
          subscription: { id: subscriptionId, name: 'points' },
          ...{ channel: null, reason: null, vendorStatus: null, vendorCode: null, externalId: 'vendor-1', attempts: 1 },
        },
      });
      expect(delivered?.type).toBe('message.delivered');
      expect(delivered?.data).toMatchObject({ status: 'delivered', at: '2026-11-24T09:30:00.000Z' });
      expect(opened?.data).toMatchObject({ status: 'opened', vendorStatus: 'opened' });
      expect(await claim('alerts', 10)).toHaveLength(3);
    });

    it.each([
      ['suppressed', 'opt-out', 'message.suppressed'],
      ['dead', 'rejected', 'message.failed'],
    ] as const)('reports a message that ended as %s', async (state, reason, type) => {
      await subscribeTo(type);
      await ended({ state, reason, externalId: null, attempt: null });
      await relay().once();
      expect(await published()).toMatchObject([{ type, data: { reason, externalId: null } }]);
    });

    it.each(['cancelled', 'superseded', 'merged', 'unconfirmed'] as const)('reports nothing if %s', async (state) => {
      await subscribeTo('message.*');
      await ended({ state, attempt: null });
      expect(await waiting()).toBe(0);
    });

    it.each(['bounced', 'undelivered', 'failed', 'clicked'] as const)('reports that a message %s', async (status) => {
      await subscribeTo(`message.${status}`);
      await report(await ended(), status);
      await relay().once();
      expect(await types()).toEqual([`message.${status}`]);
    });

    it('reports a message as sent if a status settles a lost answer', async () => {
      await subscribeTo('message.*');
      const id = await ended({ state: 'unconfirmed', errorKind: 'unconfirmed', externalId: null });
      await report(id, 'sent');
      await relay().once();
      expect(await types()).toEqual(['message.sent']);
    });

    it.each([[['*']], [['m*', 'mess*']], [['delivery.*', 'suppression.*']], [[]], [['message.opened']]])(
      'appends nothing for other subscriptions: %j',
      async (patterns) => {
        await subscribeTo(...patterns);
        await report(await ended(), 'delivered');
        expect(await waiting()).toBe(0);
      },
    );

    it('is not matched by `*`, even if another subscription takes the type', async () => {
      const destinations = [hook(), hook({ name: 'ops' })];
      const own = { source: OPERATIONAL_SOURCE, destination: 'ops' };
      const subscriptions = [
        points(),
        points({ ...own, name: 'alerts', events: ['message.sent'] }),
        points({ ...own, name: 'everything', events: ['*'] }),
      ];
      const how = { prune: false, dryRun: false, complete: true };
      await configurations.apply([acme({ destinations, subscriptions })], how);
      await live.refresh();
      await live.brandNamed('acme');
      await ended();
      await relay().once();
      const { subscriptionId } = idsOf('alerts');
      expect(await claim('alerts', 10)).toMatchObject([{ subscriptionId, event: { type: 'message.sent' } }]);
    });

    it('writes no entry if the worker knows that no subscription takes it', async () => {
      await subscribeTo('message.*');
      const [delivery] = await claimed(1);
      if (delivery === undefined) throw new Error('No delivery was claimed.');
      await store.record([succeeded(delivery)]);
      const statuses = new PostgresStatusUpdateStore(database, database.clock);
      const update = { deliveryId: delivery.id, status: 'delivered' } as const;
      await statuses.apply(idsOf('points').destinationId, [update], false);
      expect(await waiting()).toBe(0);
    });

    it('reports no messages about operational events', async () => {
      await subscribeTo('message.*', 'delivery.dead');
      await ended({ state: 'dead', reason: 'rejected', errorKind: 'rejected', externalId: null });
      expect(await relay().once()).toBe(2);
      const alerts = await claim('alerts', 10);
      await record(alerts.map(succeeded));
      const statuses = new PostgresStatusUpdateStore(database, database.clock);
      const updates = alerts.map(({ id: deliveryId }) => ({ deliveryId, status: 'opened' }) as const);
      await statuses.apply(idsOf('alerts').destinationId, updates);
      expect([alerts.length, await waiting()]).toEqual([2, 0]);
    });

    it('loses and repeats nothing if the outcome or the publication fails', async () => {
      await subscribeTo('message.*');
      const [delivery] = await claimed(1);
      if (delivery === undefined) throw new Error('No delivery was claimed.');
      await database.dataSource.query('ALTER TABLE message_outbox ADD CONSTRAINT broken CHECK (false) NOT VALID');
      await expect(record([succeeded(delivery)])).rejects.toThrow('broken');
      await database.dataSource.query('ALTER TABLE message_outbox DROP CONSTRAINT broken');
      expect([...((await record([succeeded(delivery)])) as ReadonlySet<string>)]).toEqual([delivery.id]);
      expect(await waiting()).toBe(1);

      await database.dataSource.query(
        `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken'; END $$`,
      );
      await database.dataSource.query(
        'CREATE TRIGGER refuse BEFORE DELETE ON message_outbox FOR EACH STATEMENT EXECUTE FUNCTION refuse()',
      );
      await relay().once();
      expect([await types(), await waiting(), faults.length]).toEqual([[], 1, 1]);
      await database.dataSource.query('DROP TRIGGER refuse ON message_outbox');
      expect(await relay().once()).toBe(0);
      await database.dataSource.query('UPDATE message_outbox SET retry_at = now()');
      expect([await relay().once(), await relay().once()]).toEqual([1, 0]);
      expect(await types()).toEqual(['message.sent']);
    });

    it('stores no content of an event that is older than the erasure of its customer', async () => {
      await subscribeTo('message.*');
      await ended();
      const { brandId } = idsOf('points');
      const brand = live.brandIfLoaded(brandId);
      if (brand === undefined) throw new Error('The brand is not loaded.');
      await database.dataSource.query(
        `INSERT INTO tombstones (brand_id, customer_hash, erased_until)
         VALUES ($1, $2, now() + interval '1 h')`,
        [brandId, Buffer.from(customerHash(brand.brand.vault, 'customer-1'), 'hex')],
      );
      await relay().once();
      expect([await waiting(), await published()]).toMatchObject([0, [{ type: 'message.sent', data: {} }]]);
      expect((await published())[0]?.data).toEqual({});
    });
  });

  describe('about messages without a vendor status', () => {
    const DAY_MS = 86_400_000;
    const WITHIN_MS = 3_600_000;
    let ahead = 0;
    let statuses: PostgresMissingStatusStore;
    beforeEach(() => {
      ahead = 0;
      statuses = new PostgresMissingStatusStore(database.dataSource, { now: () => Date.now() + ahead });
    });
    /** Checks the destination, as if the given time had passed since the messages were sent. */
    async function checkAfter(milliseconds: number): Promise<boolean> {
      ahead = milliseconds;
      await database.dataSource.query('UPDATE status_checks SET next_at = now()');
      return statuses.check({ types: ['webhook'], defaultWithinMs: WITHIN_MS });
    }
    const sent = async (count: number): Promise<readonly ClaimedDelivery[]> => {
      const deliveries = await claimed(count);
      await store.record(deliveries.map(succeeded));
      return deliveries;
    };
    const report = (id: string): Promise<unknown> =>
      new PostgresStatusUpdateStore(database, database.clock).apply(idsOf('points').destinationId, [
        { deliveryId: id, status: 'sent' },
      ]);

    it('publishes one event per destination, and checks each message once', async () => {
      await subscribeTo('status.*');
      expect(await checkAfter(0)).toBe(false);
      const [first, ...others] = await sent(14);
      await report(first?.id ?? '');
      await store.record((await claimed(1)).map((delivery) => rejected(delivery)));
      await checkAfter(WITHIN_MS);
      expect(await pending()).toBe(0);
      await checkAfter(WITHIN_MS + 16 * 60_000);
      await checkAfter(2 * WITHIN_MS);
      expect([await relay().once(), await pending()]).toEqual([1, 0]);
      const [event] = await published();
      const { destinationId } = idsOf('points');
      expect(event).toMatchObject({
        type: 'status.missing',
        data: { destination: { id: destinationId, name: 'hook' }, count: 13, sent: 14, within: '1h' },
      });
      const named = idsIn(event?.data['deliveries']);
      expect(named).toHaveLength(10);
      expect(others.map(({ id }) => id)).toEqual(expect.arrayContaining(named));
      await checkAfter(2 * DAY_MS + 2 * WITHIN_MS);
      expect(await pending()).toBe(0);
    });

    it('finds a message that was sent late, in a second pass', async () => {
      await subscribeTo('status.*');
      await checkAfter(0);
      const [late] = await sent(1);
      await database.dataSource.query(`UPDATE deliveries SET ended_at = created_at + interval '5 h' WHERE id = $1`, [
        late?.id,
      ]);
      await checkAfter(DAY_MS);
      expect(await pending()).toBe(0);
      await checkAfter(2 * DAY_MS + 2 * WITHIN_MS);
      await relay().once();
      expect(await published()).toMatchObject([{ data: { count: 1, deliveries: [{ id: late?.id }] } }]);
    });

    it('waits for the status of a message of a slow replay or of a fallback step', async () => {
      await subscribeTo('status.*');
      await checkAfter(0);
      const [late] = await sent(1);
      // The id has the time of the event or the replay. The delivery was created and sent 5 hours later.
      await database.dataSource.query(
        `UPDATE deliveries SET created_at = created_at + interval '5 h', ended_at = ended_at + interval '5 h' WHERE id = $1`,
        [late?.id],
      );
      await checkAfter(2 * WITHIN_MS);
      expect(await pending()).toBe(0);
      await checkAfter(2 * DAY_MS + 2 * WITHIN_MS);
      await relay().once();
      expect(await published()).toMatchObject([{ data: { count: 1, deliveries: [{ id: late?.id }] } }]);
    });

    it('is not checked without a subscriber, and not for operational events', async () => {
      await subscribeTo('status.*', 'delivery.dead');
      await checkAfter(0);
      await endAsDead(1);
      await relay().once();
      await store.record((await claim('alerts', 1)).map(succeeded));
      await checkAfter(DAY_MS);
      expect(await pending()).toBe(0);
      await subscribeTo('delivery.dead');
      await database.dataSource.query('DELETE FROM status_checks');
      await checkAfter(DAY_MS);
      expect(await database.dataSource.query('SELECT FROM status_checks')).toEqual([]);
    });
  });

  it('publishes a failing destination once per version and hour, and not after it was changed', async () => {
    await subscribeTo('destination.*');
    const { destinationId: id } = idsOf('points');
    const alert = (version: number) =>
      pauses.alertFailing(id, 'The vendor refused 10 messages in a row.', { errorKind: 'rejected', version });
    await Promise.all([alert(1), alert(1)]);
    await live.refresh();
    await relay().once();
    await alert(1);
    await alert(0);
    await relay().once();
    const destination = { id, name: 'hook', type: 'webhook' };
    expect((await published()).map(({ type, data }) => ({ type, ...data }))).toEqual([
      {
        ...{ type: 'destination.failing', destination, by: 'hub' },
        ...{ reason: 'The vendor refused 10 messages in a row.', errorKind: 'rejected' },
        at: expect.any(String) as unknown,
      },
    ]);
    // An hour later, housekeeping has deleted the published entry.
    await database.dataSource.query("DELETE FROM operational_outbox WHERE type = 'destination.failing'");
    await alert(1);
    await relay().once();
    expect(await published()).toHaveLength(2);
  });

  it('appends no entry for a pause without a subscriber', async () => {
    await subscribeTo('delivery.dead');
    await pauses.pause(idsOf('points').destinationId, 'The key was refused.', HUB_ACTOR);
    expect(await pending()).toBe(0);
  });
});
