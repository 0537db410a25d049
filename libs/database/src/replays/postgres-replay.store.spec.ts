import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  CursorError,
  deliveryId,
  LiveConfiguration,
  nextStepId,
  NO_SKIPS,
  ReplayCounter,
  ReplayPlanner,
  ReplayRunner,
  uuidV7,
  type Clock,
  type ConfigurationRecords,
  type NewReplay,
  type Replay,
  type ReplayCount,
  type ReplaySelection,
  type ReplayStore,
  type SourceAdapter,
} from '@patchbay/core';
import type { VendorStatus } from '@patchbay/plugin-sdk';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { ChangeNotices } from '../configuration/change-notices.js';
import { PostgresConfigurationStore } from '../configuration/postgres-configuration.store.js';
import { PostgresDestinationPauseStore } from '../destinations/postgres-destination-pause.store.js';
import type { Database } from '../connections/database.js';
import { PostgresDeliveryStore } from '../deliveries/postgres-delivery.store.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { PostgresReadStore } from '../read/postgres-read.store.js';
import { ONE_VERSION } from '../testing/one-version.js';
import { succeeded } from '../testing/decisions.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { acme, hook, points } from '../testing/sample-brand.js';
import { sampleEvent, type SampleIds } from '../testing/event-fixtures.js';
import { sampleVault } from '../testing/sample-vault.js';
import { PostgresStatusUpdateStore } from '../status-updates/postgres-status-update.store.js';
import { PostgresReplayStore } from './postgres-replay.store.js';

const servers = await testServers();
const vault = sampleVault();
const DAY_MS = 86_400_000;
const adapter: SourceAdapter = {
  name: 'capillary',
  read: () => [],
  catalogue: () => [],
  personalPaths: () => ({ personal: [], safe: [] }),
  recipientOf: () => ({}),
};

describe.each(servers)('PostgresReplayStore on the %s PostgreSQL', (_name, server) => {
  let database: Database & { readonly url: string };
  let notices: ChangeNotices;
  let configuration: PostgresConfigurationStore;
  let events: PostgresEventStore;
  let deliveries: PostgresDeliveryStore;
  let read: PostgresReadStore;
  let store: PostgresReplayStore;
  let records: ConfigurationRecords;
  let ids: SampleIds;
  let woken: string[];
  let ahead: number;
  const clock: Clock = { now: () => Date.now() + ahead };

  beforeAll(async () => {
    await (await openTestDatabase(server)).close();
  }, SERVICE_TIMEOUT_MS);
  beforeEach(async () => {
    [woken, ahead] = [[], 0];
    database = await openTestDatabase(server);
    notices = new ChangeNotices(database.url, () => undefined);
    configuration = new PostgresConfigurationStore({ ...database, vault, notices, settingsVersions: ONE_VERSION });
    events = new PostgresEventStore(database.pgPool);
    deliveries = new PostgresDeliveryStore(database.pgPool);
    read = new PostgresReadStore(database.dataSource, database.clock);
    store = new PostgresReplayStore(database.dataSource, database.pgPool, clock);
    await apply();
    const [brand, source, destination, subscription] = [
      records.brands[0],
      records.sources[0],
      records.destinations[0],
      records.subscriptions[0],
    ];
    if (!brand || !source || !destination || !subscription) throw new Error('the configuration is incomplete');
    ids = {
      ...{ brandId: brand.id, sourceId: source.id, destinationId: destination.id },
      ...{ subscriptionId: subscription.subscriptionId, subscriptionVersionId: subscription.id },
    };
  });
  afterEach(async () => {
    await notices.close();
    await database.close();
  });

  async function apply(overrides: Parameters<typeof acme>[0] = {}): Promise<void> {
    await configuration.apply([acme(overrides)], { prune: true, dryRun: false, complete: true });
    records = await configuration.load();
  }
  /** Stores events with their deliveries, one millisecond apart. Returns the ids of the events. */
  async function stored(
    count: number,
    at = Date.now() - 60_000,
    also: Parameters<typeof sampleEvent>[2] = {},
  ): Promise<string[]> {
    const configRevision = records.brands[0]?.revision ?? 0;
    const group = Array.from({ length: count }, (_, index) =>
      sampleEvent(ids, at + index, { configRevision, ...also }),
    );
    await events.storeGroup(group);
    return group.map(({ id }) => id);
  }
  /** Ends all due deliveries in one state, or in the state that `stateOf` returns for the event. */
  async function end(stateOf: 'dead' | 'succeeded' | ((eventId: string) => 'dead' | 'succeeded')): Promise<void> {
    const wanted = [{ destinationId: ids.destinationId, limit: 1_000, leaseMs: 60_000 }];
    const claimed = await deliveries.claim(wanted, clock.now() + 1_000);
    await deliveries.record(
      claimed.deliveries.map((delivery) => {
        const state = typeof stateOf === 'string' ? stateOf : stateOf(delivery.event.id);
        return { ...succeeded(delivery), state, errorKind: state === 'dead' ? ('rejected' as const) : null };
      }),
    );
  }
  const runner = (replays: ReplayStore = store, batch = 100, leaseMs = 60_000): ReplayRunner =>
    new ReplayRunner(
      replays,
      new ReplayPlanner(configuration),
      new LiveConfiguration(configuration, new Map([['capillary', adapter]])),
      { wake: (destinationId) => woken.push(destinationId) },
      { batch, leaseMs },
    );
  async function start(also: Partial<NewReplay> = {}): Promise<Replay> {
    const replay: NewReplay = {
      ...{ id: uuidV7(Date.now()), brandId: ids.brandId, filter: { status: 'dead' }, mapping: 'recorded' },
      ...{
        includeSucceeded: false,
        ratePerSecond: null,
        requestedBy: 'somebody',
        expected: 1,
        expectedIsExact: true,
        ...also,
      },
    };
    await store.create(replay);
    return find(replay.id);
  }
  async function find(id: string): Promise<Replay> {
    const replay = await store.find(ids.brandId, id);
    if (replay === null) throw new Error('the replay was not found');
    return replay;
  }
  /** Moves the next steps of replays into the past, as if the given time had passed. */
  const advanceTime = (milliseconds: number): Promise<unknown> =>
    database.dataSource.query(`UPDATE replays SET next_at = next_at - $1::float8 * interval '1 ms'`, [milliseconds]);
  async function drain(one: ReplayRunner = runner()): Promise<void> {
    while (await one.once());
  }
  const countAll = async (selection: Partial<ReplaySelection>): Promise<ReplayCount> => {
    const live = new LiveConfiguration(configuration, new Map([['capillary', adapter]]));
    await live.refresh();
    const loaded = await live.brand(ids.brandId);
    if (loaded === null) throw new Error('the brand was not found');
    const counted = await new ReplayCounter(store, new ReplayPlanner(configuration)).count(
      { brandId: ids.brandId, filter: {}, mapping: 'recorded', includeSucceeded: false, ...selection },
      uuidV7(Date.now() + 1),
      { configuration: loaded, brand: loaded.brand },
      { withinMs: 10_000, batch: 7, sample: 3 },
    );
    expect(counted).toMatchObject({ isExact: true });
    expect(counted.sample).toHaveLength(Math.min(3, counted.deliveries));
    return counted;
  };
  const count = async (selection: Partial<ReplaySelection>): Promise<number> => (await countAll(selection)).deliveries;
  const waiting = async (): Promise<string[]> => {
    const rows: { id: string }[] = await database.dataSource.query('SELECT id FROM deliveries_waiting ORDER BY id');
    return rows.map(({ id }) => id);
  };

  it('creates each dead delivery once, with an id derived from event, subscription and replay', async () => {
    const eventIds = await stored(20);
    const dead = new Set(eventIds.filter((_, index) => index % 2 === 0));
    await end((eventId) => (dead.has(eventId) ? 'dead' : 'succeeded'));
    expect(await count({ filter: { status: 'dead' } })).toBe(10);
    const replay = await start();
    await drain(runner(store, 3));
    expect(await find(replay.id)).toMatchObject({ state: 'done', created: 10, scanned: 10, requestedBy: 'somebody' });
    const expected = [...dead].map((eventId) =>
      deliveryId({ eventId, subscriptionId: ids.subscriptionId, replayId: replay.id }),
    );
    expect(await waiting()).toEqual(expected.sort());
    expect(new Set(woken)).toEqual(new Set([ids.destinationId]));
    expect(await store.outcomes(replay)).toEqual({ scheduled: 10 });
    await end('succeeded');
    expect(await store.outcomes(replay)).toEqual({ succeeded: 10 });
    const own = await read.deliveriesOfEvent(ids.brandId, eventIds[0] ?? '');
    expect(own.map(({ status }) => status)).toEqual(['dead', 'succeeded']);
  });

  it('skips events that another replay has sent or is sending', async () => {
    await stored(4);
    await end('dead');
    const first = await start();
    await drain();
    expect(await count({ filter: { status: 'dead' } })).toBe(0);
    await end('dead');
    // The replayed deliveries are dead too, but only the latest delivery per event and subscription counts.
    ahead = 2;
    expect(await count({ filter: { status: 'dead' } })).toBe(4);
    const second = await start({ id: uuidV7(Date.now() + 2) });
    await drain();
    expect(await find(second.id)).toMatchObject({ created: 4, skipped: { notLatest: 4 } });
    await end('succeeded');
    expect(await count({ filter: { errorKind: 'rejected' } })).toBe(0);
    expect(await store.outcomes(first)).toEqual({ dead: 4 });
  });

  it('skips deliveries whose fallback step succeeded, and starts the others with the first step', async () => {
    const messaging = { on: ['rejected'], withinMs: 1_000 } as const;
    await apply({
      destinations: [hook(), hook({ name: 'backup' })],
      subscriptions: [
        points({
          messaging: {
            ...{ purpose: 'promotional', sendAfterMs: 60_000 },
            fallback: [{ destination: 'backup', on: messaging.on, afterMs: messaging.withinMs }],
          },
        }),
      ],
    });
    const [, other] = await stored(2);
    await end('dead');
    await database.dataSource.query(
      `WITH first AS (SELECT * FROM deliveries_ended WHERE event_id <> $1)
      INSERT INTO deliveries_ended (
        id, waiting, retention_days, brand_id, event_id, subscription_id, subscription_version_id, destination_id,
        event_type, state, created_at, messaging
      )
      SELECT $2, false, retention_days, brand_id, event_id, subscription_id, subscription_version_id, destination_id,
        event_type, 'succeeded', created_at, '{"step":1}' FROM first`,
      [
        other,
        nextStepId(
          (
            await database.dataSource.query<{ id: string }[]>('SELECT id FROM deliveries_ended WHERE event_id <> $1', [
              other,
            ])
          )[0]?.id ?? '',
        ),
      ],
    );
    const replay = await start({ mapping: 'current' });
    await drain();
    expect(await find(replay.id)).toMatchObject({ created: 1, skipped: { notLatest: 1 } });
    const rows: unknown[] = await database.dataSource.query(
      `SELECT event_id, destination_id, messaging, due_at > now() + interval '50 s' AS later FROM deliveries_waiting`,
    );
    expect(rows).toEqual([{ event_id: other, destination_id: ids.destinationId, messaging, later: true }]);
  });

  it('uses the configuration at receipt or the current configuration', async () => {
    await stored(2);
    await end('dead');
    await apply({ subscriptions: [points({ mapping: { to: 'y' } })] });
    const versionOf = async (mapping: 'recorded' | 'current'): Promise<string[]> => {
      await start({ mapping, id: uuidV7(Date.now()) });
      await drain();
      const rows: { version: string }[] = await database.dataSource.query(
        'SELECT DISTINCT subscription_version_id AS version FROM deliveries_waiting',
      );
      await database.dataSource.query('DELETE FROM deliveries_waiting');
      return rows.map(({ version }) => version);
    };
    expect(await versionOf('recorded')).toEqual([ids.subscriptionVersionId]);
    expect(await versionOf('current')).toEqual([records.subscriptions[0]?.id]);
  });

  it('sends events to a subscription that was added later', async () => {
    await stored(5);
    await stored(3, Date.now() - 50_000, { type: 'customerAdded', deliveries: [] });
    await end('succeeded');
    await apply({
      destinations: [hook(), hook({ name: 'new' })],
      subscriptions: [points(), points({ name: 'all-to-new', destination: 'new', events: ['*'] })],
    });
    expect(await count({ filter: { destination: 'new' }, mapping: 'recorded' })).toBe(0);
    expect(await count({ filter: { destination: 'new' }, mapping: 'current' })).toBe(8);
    expect(await count({ filter: { destination: 'new', eventType: 'customerAdded' }, mapping: 'current' })).toBe(3);
    expect(await count({ filter: { from: 0 }, mapping: 'current', includeSucceeded: true })).toBe(13);
    const ofCustomer = { customer: 'customer-1', subscription: 'points' };
    expect(await count({ filter: ofCustomer, mapping: 'current', includeSucceeded: true })).toBe(5);
    expect(await count({ filter: { customer: 'nobody' }, mapping: 'current' })).toBe(0);
  });

  it('skips events of a time range that succeeded or wait, and splits the count by state', async () => {
    const [first, second] = await stored(4);
    await end((eventId) => (eventId === first || eventId === second ? 'dead' : 'succeeded'));
    await stored(1, Date.now() - 30_000);
    const counted = await countAll({ filter: { from: 0 } });
    expect(counted).toMatchObject({ byState: { dead: 2 }, deliveries: 2, scanned: 5 });
    expect(counted.skipped).toEqual({ ...NO_SKIPS, succeeded: 2, waiting: 1 });
    expect(await countAll({ filter: { from: 0 }, includeSucceeded: true })).toMatchObject({
      ...{ byState: { dead: 2, succeeded: 2, scheduled: 1 }, skipped: NO_SKIPS },
    });
    const replay = await start({ filter: { from: 0 } });
    await drain();
    expect(await find(replay.id)).toMatchObject({
      ...{ created: 2, includeSucceeded: false, skipped: { succeeded: 2, waiting: 1 } },
    });
    // The replayed deliveries wait now, so a second replay sends nothing twice.
    expect(await countAll({ filter: { from: 0 } })).toMatchObject({ deliveries: 0, skipped: { waiting: 3 } });
  });

  it('skips events that succeeded, even if a later replay sent nothing', async () => {
    await stored(3);
    await end('succeeded');
    const replay = await start({ filter: { from: 0 }, includeSucceeded: true, ratePerSecond: 2 });
    await runner(store, 2).once();
    await store.cancel(ids.brandId, replay.id);
    await drain();
    expect(await store.outcomes(replay)).toEqual({ cancelled: 2 });
    expect(await countAll({ filter: { from: 0 } })).toMatchObject({ deliveries: 0, skipped: { succeeded: 3 } });
    expect(await countAll({ filter: { from: 0 }, includeSucceeded: true })).toMatchObject({
      byState: { succeeded: 3 },
    });
    expect(await count({ filter: { status: 'cancelled' } })).toBe(2);
  });

  it('selects deliveries by their status at the vendor', async () => {
    const [first, second] = await stored(3);
    await end('succeeded');
    const report = async (eventId: string | undefined, status: VendorStatus): Promise<void> => {
      const [delivery] = await read.deliveriesOfEvent(ids.brandId, eventId ?? '');
      const updates = [{ deliveryId: delivery?.id ?? '', status }];
      await new PostgresStatusUpdateStore(database, database.clock).apply(ids.destinationId, updates);
    };
    await report(first, 'undelivered');
    await report(second, 'delivered');
    expect(await countAll({ filter: { vendorStatus: 'undelivered' } })).toMatchObject({
      ...{ deliveries: 1, scanned: 1, byState: { succeeded: 1 } },
    });
    expect(await count({ filter: { vendorStatus: 'undelivered', status: 'dead' } })).toBe(0);
    expect(await count({ filter: { vendorStatus: 'bounced' } })).toBe(0);
    expect(await count({ filter: { vendorStatus: 'delivered', destination: 'hook' } })).toBe(1);
  });

  it('skips events that were merged into a digest, unless the digest was not sent', async () => {
    const [member, digest] = await stored(2);
    await end('succeeded');
    const idOf = async (eventId = ''): Promise<string> =>
      (await read.deliveriesOfEvent(ids.brandId, eventId))[0]?.id ?? '';
    await database.dataSource.query(`UPDATE deliveries SET state = 'merged', merged_into = $2 WHERE id = $1`, [
      await idOf(member),
      await idOf(digest),
    ]);
    expect((await countAll({ filter: { from: 0 } })).skipped).toEqual({ ...NO_SKIPS, merged: 1, succeeded: 1 });
    await database.dataSource.query(`UPDATE deliveries SET state = 'dead' WHERE id = $1`, [await idOf(digest)]);
    expect(await countAll({ filter: { from: 0 } })).toMatchObject({ byState: { dead: 2 }, skipped: NO_SKIPS });
  });

  it('selects by time of receipt, over several days, and excludes events after its start', async () => {
    const now = Date.now();
    const old = await stored(3, now - 3 * DAY_MS);
    await stored(2, now - 2 * DAY_MS);
    await end('dead');
    expect(await count({ filter: { from: now - 4 * DAY_MS, to: now - 2 * DAY_MS, status: 'dead' } })).toBe(3);
    expect(await count({ filter: { from: now - 4 * DAY_MS, to: now - 2 * DAY_MS } })).toBe(3);
    expect(await count({ filter: { from: now - 4 * DAY_MS, customer: 'customer-1', status: 'dead' } })).toBe(5);
    expect(await count({ filter: { from: now - 4 * DAY_MS, customer: 'nobody', status: 'dead' } })).toBe(0);
    expect(await count({ filter: { to: now - 3 * DAY_MS + 1 } })).toBe(1);
    const replay = await start({ filter: { from: now - 4 * DAY_MS, to: now - 2 * DAY_MS } });
    await stored(2, Date.now() + 5_000);
    await drain();
    expect(await find(replay.id)).toMatchObject({ created: old.length });
  });

  it('creates each delivery once with concurrent workers that die during their work', async () => {
    await stored(60);
    await end('dead');
    const replay = await start();
    let steps = 0;
    // Every third step ends as if its process were killed: nothing is written and the lease remains.
    const dying: ReplayStore = Object.assign(Object.create(store) as PostgresReplayStore, {
      advance: async (...args: Parameters<ReplayStore['advance']>) => {
        steps += 1;
        if (steps % 3 === 0) return null;
        return store.advance(...args);
      },
    });
    const hubs = Array.from({ length: 4 }, () => runner(dying, 4, 20));
    while ((await find(replay.id)).state === 'running') await Promise.all(hubs.map((hub) => hub.once()));
    expect(steps).toBeGreaterThan(15);
    expect(await find(replay.id)).toMatchObject({ state: 'done', created: 60, scanned: 60 });
    expect(new Set(await waiting()).size).toBe(60);
  });

  it('writes nothing for a worker that lost its lease', async () => {
    await stored(2);
    await end('dead');
    await start();
    const claimed = await store.claim(0);
    expect(claimed).not.toBeNull();
    await drain();
    if (claimed === null) return;
    const step = { deliveries: [], scanned: 1, skipped: claimed.skipped, cursor: null, nextAt: 0 };
    expect(await store.advance(claimed, step)).toBeNull();
    expect(await find(claimed.id)).toMatchObject({ state: 'done', created: 2, scanned: 2 });
  });

  it('continues after a database outage, even if the step could not be postponed', async () => {
    await stored(2);
    await end('dead');
    const replay = await start();
    let isDown = true;
    const unlessDown = <T>(run: () => Promise<T>): Promise<T> => (isDown ? Promise.reject(new Error('down')) : run());
    const flaky: ReplayStore = Object.assign(Object.create(store) as PostgresReplayStore, {
      advance: (...args: Parameters<ReplayStore['advance']>) => unlessDown(() => store.advance(...args)),
      postpone: (...args: Parameters<ReplayStore['postpone']>) => unlessDown(() => store.postpone(...args)),
    });
    const one = runner(flaky);
    await expect(one.once()).rejects.toThrow('down');
    await expect(one.once()).rejects.toThrow('down');
    isDown = false;
    expect(await one.once()).toBe(false);
    await advanceTime(1_100);
    await drain(one);
    expect(await find(replay.id)).toMatchObject({ state: 'done', created: 2 });
  });

  it('starts at once, even if the clock of the requester is an hour ahead', async () => {
    await stored(2);
    await end('dead');
    const replay = await start({ id: uuidV7(Date.now() + 3_600_000) });
    await drain();
    expect(await find(replay.id)).toMatchObject({ state: 'done', created: 2 });
  });

  it('does not exceed its rate per second', async () => {
    await stored(10);
    await end('dead');
    const replay = await start({ ratePerSecond: 2 });
    await drain();
    const early = (await find(replay.id)).created;
    // Two deliveries belong to the first second, and two to the allowed catch-up.
    expect(early).toBeLessThanOrEqual(4);
    await advanceTime(1_000);
    await drain();
    expect((await find(replay.id)).created - early).toBeLessThanOrEqual(4);
    for (let second = 1; second < 12; second += 1) {
      await advanceTime(1_000);
      await drain();
    }
    expect(await find(replay.id)).toMatchObject({ state: 'done', created: 10 });
  });

  it('finds the events and deliveries of all ids of a customer', async () => {
    const key = '+15005550006';
    const [both] = await stored(1, Date.now() - 60_000, { customerIds: ['7'], customer: { key, platformId: '7' } });
    const [first] = await stored(1, Date.now() - 50_000, { customerIds: [], customer: { key, platformId: null } });
    const [second] = await stored(1, Date.now() - 40_000, { customerIds: ['7'] });
    await stored(1, Date.now() - 30_000, { customerIds: ['8'] });
    await end('dead');
    for (const customer of ['7', key]) {
      const { sample, deliveries: found } = await countAll({ filter: { customer } });
      expect([found, sample.map(({ event }) => event.id)]).toEqual([3, [both, first, second]]);
      expect(await count({ filter: { customer, eventType: 'pointsIssued' } })).toBe(3);
      expect(await count({ filter: { customer, status: 'dead' } })).toBe(3);
      expect(await count({ filter: { customer, eventType: 'other' } })).toBe(0);
    }
    expect(await count({ filter: { customer: '8' } })).toBe(1);
  });

  it('finds all events of a customer, each once, if older rows list the first customer a second time', async () => {
    await stored(10, Date.now() - 60_000, { customerIds: ['twice'] });
    await database.dataSource.query(
      `INSERT INTO event_customers (brand_id, customer_id, event_id, retention_days)
      SELECT brand_id, customer_id, id, retention_days FROM events`,
    );
    await end('dead');
    expect(await count({ filter: { customer: 'twice' } })).toBe(10);
  });

  it('waits for an overloaded destination, and does not wait for a paused one', async () => {
    await stored(2);
    await end('dead');
    await stored(1_000);
    const replay = await start();
    await drain();
    expect(await find(replay.id)).toMatchObject({ state: 'running', created: 0 });
    const pauses = new PostgresDestinationPauseStore(database.dataSource, database.pgPool);
    await pauses.pause(ids.destinationId, 'by a test', { name: 'a test', keyId: null });
    await advanceTime(1_100);
    await drain();
    expect(await find(replay.id)).toMatchObject({ state: 'done', created: 2 });
  });

  it('creates nothing more and cancels its waiting deliveries when it is cancelled', async () => {
    await stored(12);
    await end('dead');
    const others = await stored(3, Date.now() - 40_000);
    const running = await store.countRunning();
    const replay = await start({ ratePerSecond: 5 });
    await runner(store, 5).once();
    const [inFlight] = (
      await deliveries.claim([{ destinationId: ids.destinationId, limit: 4, leaseMs: 60_000 }], clock.now() + 1_000)
    ).deliveries.filter(({ id }) => id > uuidV7(Date.now() - 30_000));
    if (inFlight === undefined) throw new Error('no delivery of the replay was claimed');
    expect(await store.cancel(ids.brandId, replay.id)).toMatchObject({ state: 'cancelling' });
    expect(await store.cancel(randomUUID(), replay.id)).toBeNull();
    await drain();
    expect(await find(replay.id)).toMatchObject({ state: 'cancelling', created: 5 });
    expect(await store.countRunning()).toBe(running + 1);
    await deliveries.record([succeeded(inFlight)]);
    await advanceTime(1_100);
    await drain();
    expect(await find(replay.id)).toMatchObject({ state: 'cancelled', created: 5 });
    expect(await store.countRunning()).toBe(running);
    expect(await store.outcomes(replay)).toEqual({ succeeded: 1, cancelled: 4 });
    expect(await waiting()).toHaveLength(others.length);
    expect(await store.cancel(ids.brandId, replay.id)).toMatchObject({ state: 'cancelled' });
  });

  it('lists the replays of a brand, newest first, and not those of another brand', async () => {
    const replayIds: string[] = [];
    for (let index = 0; index < 3; index += 1) replayIds.push((await start({ id: uuidV7(Date.now() + index) })).id);
    const first = await store.list(ids.brandId, { limit: 2, cursor: null });
    const second = await store.list(ids.brandId, { limit: 2, cursor: first.nextCursor });
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(replayIds.reverse());
    expect(second.nextCursor).toBeNull();
    expect(await store.find(randomUUID(), replayIds[0] ?? '')).toBeNull();
    expect(await store.find(ids.brandId, 'not an id')).toBeNull();
    await expect(store.list(randomUUID(), { limit: 2, cursor: first.nextCursor })).rejects.toThrow(CursorError);
  });

  it('ends when its brand is deleted', async () => {
    const replay = await start({ filter: { from: 0 } });
    await configuration.apply([], { prune: true, dryRun: false, complete: true });
    await drain();
    expect(await find(replay.id)).toMatchObject({ state: 'cancelled', created: 0 });
  });
});
