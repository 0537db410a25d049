import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HUB_ACTOR, type ApplyOptions, type DestinationPause, type DestinationState } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import type { EntityManager } from 'typeorm';
import { ChangeNotices } from '../configuration/change-notices.js';
import { PostgresConfigurationStore } from '../configuration/postgres-configuration.store.js';
import { PostgresDeliveryStore } from '../deliveries/postgres-delivery.store.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { readPauses } from '../read/read-pauses.js';
import { ONE_VERSION } from '../testing/one-version.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { sampleEvent, sampleIds } from '../testing/event-fixtures.js';
import { acme, hook, points } from '../testing/sample-brand.js';
import { sampleVault } from '../testing/sample-vault.js';
import { PostgresWorkerRegistry } from '../workers/postgres-worker-registry.js';
import { PostgresDestinationPauseStore } from './postgres-destination-pause.store.js';

const ACTOR = { name: 'ops', keyId: null };
const PRUNE: ApplyOptions = { prune: true, dryRun: false, complete: true };
const WORKER = '019aa000-0000-7000-8000-000000000001';

describe.each(await testServers())('PostgresDestinationPauseStore on the %s PostgreSQL', (_name, server) => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let notices: ChangeNotices;
  let configuration: PostgresConfigurationStore;
  let registry: PostgresWorkerRegistry;
  let store: PostgresDestinationPauseStore;
  let id: string;

  beforeEach(async () => {
    database = await openTestDatabase(server);
    notices = new ChangeNotices(database.url, () => undefined);
    configuration = new PostgresConfigurationStore({
      ...database,
      vault: sampleVault(),
      notices,
      settingsVersions: ONE_VERSION,
    });
    registry = new PostgresWorkerRegistry(database.pgPool);
    store = new PostgresDestinationPauseStore(database.dataSource, database.pgPool);
    await configuration.apply([acme()], PRUNE);
    id = await idOf('hook');
  }, SERVICE_TIMEOUT_MS);
  afterEach(async () => {
    await notices.close();
    await database.close();
  });

  async function idOf(name: string): Promise<string> {
    const found = (await configuration.load()).destinations.find((one) => one.name === name);
    if (found === undefined) throw new Error(`There is no destination ${name}.`);
    return found.id;
  }
  const pauseOf = async (destinationId = id): Promise<DestinationPause | undefined> =>
    (await readPauses(database.dataSource, [destinationId])).get(destinationId);
  /** Returns the state as another process reads it with its heartbeat. */
  const stateOf = async (destinationId = id): Promise<DestinationState | undefined> =>
    (await registry.heartbeat(WORKER, 0)).states.find((state) => state.destinationId === destinationId);
  const pauseByHub = (reason = 'The key was refused.'): Promise<boolean> => store.pause(id, reason, HUB_ACTOR);

  /** Starts `work` while another transaction has changed the destination, and ends the transaction when `work` waits. */
  async function during<T>(change: (manager: EntityManager) => Promise<unknown>, work: () => Promise<T>): Promise<T> {
    const started = await database.dataSource.transaction(async (manager) => {
      await change(manager);
      const running = work();
      const waiting = `SELECT FROM pg_locks WHERE locktype IN ('transactionid', 'tuple') AND NOT granted`;
      await until(async () => (await database.dataSource.query<unknown[]>(waiting)).length > 0, { what: 'the wait' });
      return { running };
    });
    return started.running;
  }

  it('pauses once, updates the reason, and resumes, without a revision', async () => {
    const revision = await configuration.revision();
    const { version } = (await configuration.load()).destinations[0] ?? {};
    await Promise.all(Array.from({ length: 20 }, () => pauseByHub()));
    expect(await pauseOf()).toEqual({
      ...{ by: 'hub', byName: null, reason: 'The key was refused.', at: expect.any(Number), until: null },
    });
    const paused = await stateOf();
    expect(paused?.pauseSeq).toBe(paused?.seq);
    await pauseByHub('Out of credits.');
    expect(await pauseOf()).toMatchObject({ reason: 'Out of credits.' });
    // Other processes do not have to see another reason.
    expect(await stateOf()).toEqual(paused);

    // An apply does not change a pause.
    await configuration.apply([acme({ destinations: [hook({ settings: {} })] })], PRUNE);
    expect(await pauseOf()).toMatchObject({ by: 'hub' });
    expect(await configuration.revision()).toBe(revision + 1);
    await store.resume(id, ACTOR);
    const resumed = await stateOf();
    await store.resume(id, ACTOR);
    expect(await pauseOf()).toBeUndefined();
    expect(resumed).toMatchObject({ pauseSeq: null });
    expect(await stateOf()).toEqual(resumed);
    expect(resumed?.seq).toBeGreaterThan(paused?.seq ?? Infinity);
    expect(await configuration.revision()).toBe(revision + 1);
    expect((await configuration.load()).destinations).toMatchObject([{ version: (version ?? 0) + 1 }]);
    expect(await store.pause(sampleIds().destinationId, 'There is no such destination.', ACTOR)).toBe(false);
  });

  it('resets the circuit breaker when it pauses, and when a person resumes', async () => {
    const breaker = { openUntil: Date.now() + 60_000, openCount: 3, failingSince: Date.now(), limitShare: 1 };
    await registry.setBreakers([{ destinationId: id, breaker }]);
    await pauseByHub();
    expect(await stateOf()).toMatchObject({ breaker: null });
    await store.resume(id, ACTOR);
    await registry.setBreakers([{ destinationId: id, breaker }]);
    expect(await stateOf()).toMatchObject({ breaker });
    // The destination is not paused, but a person expects it to work.
    await store.resume(id, ACTOR);
    expect(await stateOf()).toMatchObject({ breaker: null });
  });

  it('does not pause a destination that was changed or resumed after the failed attempt', async () => {
    const refused = (version: number, pauseSeq: number): Promise<boolean> =>
      store.pause(id, 'The key was refused.', HUB_ACTOR, {
        failedAttempt: { errorKind: 'credentials', version, pauseSeq },
      });
    await configuration.apply([acme({ destinations: [hook({ credentials: { bearer: 'fixed' } })] })], PRUNE);
    expect(await refused(1, 0)).toBe(false);
    expect(await pauseOf()).toBeUndefined();

    expect(await refused(2, 0)).toBe(true);
    // Other failed attempts of the same claim find the destination paused.
    expect(await refused(2, 0)).toBe(true);
    await store.resume(id, ACTOR);
    const { seq = 0 } = (await stateOf()) ?? {};
    expect(await refused(2, 0)).toBe(false);
    expect(await refused(2, seq - 1)).toBe(false);
    expect(await pauseOf()).toBeUndefined();
    expect(await refused(2, seq)).toBe(true);
    // A person can pause a destination at any time.
    expect(await store.pause(id, 'Holidays.', ACTOR)).toBe(true);
  });

  it('ends a pause at its end by the clock of the database, once, and never another pause', async () => {
    const end = Date.now() + 3_600_000;
    await store.pause(id, 'Migration.', ACTOR, { until: end });
    const first = await pauseOf();
    expect(first).toMatchObject({ at: expect.any(Number), until: end, byName: 'ops' });
    expect(await store.endDue()).toEqual([]);
    // Another end replaces the first one and keeps the start.
    await store.pause(id, 'Migration.', ACTOR, { until: end + 1 });
    expect(await pauseOf()).toEqual({ ...first, until: end + 1 });
    // The hub does not shorten or lengthen a person's pause.
    await pauseByHub();
    expect(await pauseOf()).toEqual({ ...first, until: end + 1 });

    await database.dataSource.query(`UPDATE destination_states SET paused_until = now() - interval '1 ms'`);
    const ended = await Promise.all([store.endDue(), store.endDue(), store.endDue()]);
    expect(ended.flat()).toEqual([id]);
    expect(await pauseOf()).toBeUndefined();

    await store.pause(id, 'Without an end.', ACTOR);
    await store.pause(id, 'With an end.', ACTOR, { until: 1 });
    await store.pause(id, 'Without an end again.', ACTOR);
    expect(await store.endDue()).toEqual([]);
    expect(await pauseOf()).toMatchObject({ until: null });
  });

  it('does not end a pause whose end changes while the end waits for the lock', async () => {
    await store.pause(id, 'Migration.', ACTOR, { until: 1 });
    const ended = await during(
      (manager) => manager.query(`UPDATE destination_states SET paused_until = now() + interval '1 hour'`),
      () => store.endDue(),
    );
    expect(ended).toEqual([]);
    expect(await pauseOf()).toBeDefined();
  });

  it('does not pause a destination that changes while the pause waits for the lock', async () => {
    const failedAttempt = { errorKind: 'credentials', version: 1, pauseSeq: 0 } as const;
    const isPaused = await during(
      (manager) => manager.query('UPDATE destinations SET version = 2 WHERE id = $1::uuid', [id]),
      () => store.pause(id, 'The key was refused.', HUB_ACTOR, { failedAttempt }),
    );
    expect(isPaused).toBe(false);
    expect(await pauseOf()).toBeUndefined();
  });

  it('does not let the hub change a pause set by a person', async () => {
    await pauseByHub();
    await store.pause(id, 'Holidays.', ACTOR);
    expect(await pauseOf()).toMatchObject({ reason: 'Holidays.', by: 'person' });
    await pauseByHub();
    expect(await pauseOf()).toMatchObject({ reason: 'Holidays.', by: 'person' });
    await store.pause(id, 'Still holidays.', ACTOR);
    expect(await pauseOf()).toMatchObject({ reason: 'Still holidays.' });
  });

  it('waits for no change of another destination or brand', async () => {
    const others = acme({ brand: 'globex' });
    await configuration.apply([acme(), { ...others, file: 'config/brands/globex.yaml' }], PRUNE);
    const locked = '(SELECT id FROM brands WHERE name = $1)';
    await database.dataSource.transaction(async (manager) => {
      await manager.query(`UPDATE destinations SET version = version + 1 WHERE brand_id = ${locked}`, ['globex']);
      await manager.query('UPDATE configuration SET revision = revision + 1');
      expect(await pauseByHub()).toBe(true);
    });
  });

  it('keeps the pause of a renamed destination, and starts a created or created-again one as not paused', async () => {
    const points2 = points({ destination: 'webhook' });
    await pauseByHub();
    const renamed = { ...hook(), name: 'webhook', renamedFrom: 'hook' };
    await configuration.apply([acme({ destinations: [renamed], subscriptions: [points2] })], PRUNE);
    expect(await idOf('webhook')).toBe(id);
    expect(await pauseOf()).toMatchObject({ by: 'hub' });

    await configuration.apply([acme({ destinations: [], subscriptions: [] })], PRUNE);
    expect(await pauseByHub('Deleted.')).toBe(false);
    expect(await store.endDue()).toEqual([]);
    await configuration.apply([acme()], PRUNE);
    const again = await idOf('hook');
    expect(again).not.toBe(id);
    expect(await pauseOf(again)).toBeUndefined();
    const [state] = await database.dataSource.query<unknown[]>(
      'SELECT brand_id, seq::int AS seq FROM destination_states WHERE destination_id = $1',
      [again],
    );
    expect(state).toEqual({ brand_id: (await configuration.load()).brands[0]?.id, seq: 0 });
    expect(await store.pause(again, 'Holidays.', ACTOR)).toBe(true);
  });

  it('resets the circuit breaker of a destination that its file does not have', async () => {
    const breaker = { openUntil: Date.now() + 60_000, openCount: 3, failingSince: Date.now(), limitShare: 1 };
    await registry.setBreakers([{ destinationId: id, breaker }]);
    await configuration.apply([acme({ destinations: [], subscriptions: [] })], { ...PRUNE, prune: false });
    expect(await stateOf()).toMatchObject({ breaker: null });
  });

  it('leaves events fresh that are stored while a hundred destinations are paused, and holds their deliveries', async () => {
    const names = Array.from({ length: 100 }, (_, i) => `hook-${i}`);
    await configuration.apply(
      [
        acme({
          destinations: names.map((name) => hook({ name })),
          subscriptions: names.map((destination) => points({ name: destination, destination })),
        }),
      ],
      PRUNE,
    );
    const { brands, destinations } = await configuration.load();
    const ids = destinations.map((destination) => destination.id);
    const { id: brandId = '', revision: configRevision = 0 } = brands[0] ?? {};
    const revision = await configuration.revision();
    const events = new PostgresEventStore(database.pgPool);
    const pausing = { hasEnded: false };
    let groups = 0;
    const ingesting = (async () => {
      do {
        for (const destinationId of ids.slice(0, 10)) {
          const event = sampleEvent({ ...sampleIds(), brandId, destinationId }, Date.now(), { configRevision });
          expect(await events.storeGroup([event])).toEqual([{ kind: 'accepted' }]);
          groups += 1;
        }
      } while (!pausing.hasEnded);
    })();
    // As many at once as there are connections, because the pool refuses callers that wait long.
    const left = [...ids];
    const pauseLeft = async (): Promise<void> => {
      for (let next = left.pop(); next !== undefined; next = left.pop()) {
        await store.pause(next, 'The key was refused.', HUB_ACTOR);
      }
    };
    await Promise.all([pauseLeft(), pauseLeft(), pauseLeft()]);
    pausing.hasEnded = true;
    await ingesting;

    expect(groups).toBeGreaterThan(0);
    expect(await configuration.revision()).toBe(revision);
    const { states } = await registry.heartbeat(WORKER, 0);
    expect(
      states
        .filter(({ pauseSeq }) => pauseSeq !== null)
        .map(({ destinationId }) => destinationId)
        .sort(),
    ).toEqual(ids.toSorted());
    const deliveries = new PostgresDeliveryStore(database.pgPool);
    const requests = ids.map((destinationId) => ({ destinationId, limit: 10, leaseMs: 60_000 }));
    expect((await deliveries.claim(requests, Date.now() + 60_000)).deliveries).toEqual([]);
    expect(await deliveries.destinationsWithDueWork(Date.now() + 60_000)).toEqual([]);
  });
});
