import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  BOOT_ACTOR,
  UnconfirmedChangeError,
  type ApplyOptions,
  type BrandDefinition,
  type BrandFile,
  type NeedsConfirmation,
} from '@patchbay/core';
import { createTestDatabase, until, type TestDatabase } from '@patchbay/testing/services';
import pg from 'pg';
import { openDatabase, type Database } from '../connections/database.js';
import { migrate } from '../connections/migrate.js';
import { PostgresDestinationPauseStore } from '../destinations/postgres-destination-pause.store.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { readPauses } from '../read/read-pauses.js';
import { ONE_VERSION } from '../testing/one-version.js';
import { acme, hook, points } from '../testing/sample-brand.js';
import { sampleEvent, sampleIds, type SampleIds } from '../testing/event-fixtures.js';
import { sampleVault } from '../testing/sample-vault.js';
import { ChangeNotices } from './change-notices.js';
import { PostgresConfigurationStore } from './postgres-configuration.store.js';

const NORMAL: ApplyOptions = { prune: false, dryRun: false, complete: true };
const PRUNE: ApplyOptions = { ...NORMAL, prune: true };
const ACTOR = { name: 'a test', keyId: null };
const PII_LESS: BrandDefinition['privacy'] = { mode: 'pii-less', keep: [], personal: [] };

describe('a change that affects waiting deliveries', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let notices: ChangeNotices;
  let store: PostgresConfigurationStore;

  beforeEach(async () => {
    testDatabase = await createTestDatabase({
      migrate: async (url) => {
        await migrate(url);
      },
    });
    database = await openDatabase({ url: testDatabase.url, onError: () => undefined });
    notices = new ChangeNotices(testDatabase.url, () => undefined);
    store = new PostgresConfigurationStore({
      ...database,
      vault: sampleVault(),
      notices,
      settingsVersions: ONE_VERSION,
    });
  });
  afterEach(async () => {
    await notices.close();
    await database.close();
    await testDatabase.drop();
  });

  const destinations = async () => (await store.load()).destinations;
  const idOf = async (name: string): Promise<string> => {
    const found = (await destinations()).find((one) => one.name === name);
    if (found === undefined) throw new Error(`There is no destination ${name}.`);
    return found.id;
  };
  /** Stores the given number of events, each with one delivery to the named destination. */
  const fill = async (name: string, count: number): Promise<SampleIds> => {
    const ids = { ...sampleIds(), destinationId: await idOf(name) };
    const events = new PostgresEventStore(database.pgPool);
    const made = Array.from({ length: count }, () => sampleEvent(ids));
    expect(await events.storeGroup(made)).toEqual(made.map(() => ({ kind: 'accepted' })));
    return ids;
  };
  const needsOf = async (change: Promise<unknown>): Promise<NeedsConfirmation> => {
    const error: unknown = await change.then(
      () => new Error('The change was applied.'),
      (refused: unknown) => refused,
    );
    if (error instanceof UnconfirmedChangeError) return error.needs;
    throw error;
  };
  const affected = (effect: string, count: number, destination = 'hook') => ({
    affectedDeliveries: [{ brand: 'acme', destination, effect, count }],
    leavesPiiLess: [],
  });
  const renamed = (renamedFrom?: string): BrandFile =>
    acme({
      destinations: [hook({ name: 'webhook', ...(renamedFrom === undefined ? {} : { renamedFrom }) })],
      subscriptions: [points({ destination: 'webhook' })],
    });

  it.each([
    ['deletes a destination', 'end', PRUNE, renamed()],
    ['disables a destination', 'hold', NORMAL, renamed()],
    ['changes the type of a destination', 'change_type', NORMAL, acme({ destinations: [hook({ type: 'other' })] })],
  ])('is refused with the count if it %s, and applied with that count', async (_what, effect, options, file) => {
    await store.apply([acme()], NORMAL);
    await fill('hook', 3);
    const [revision, before] = [await store.revision(), await destinations()];
    expect(await needsOf(store.apply([file], options))).toEqual(affected(effect, 3));
    expect(await needsOf(store.apply([file], { ...options, atMost: 2 }))).toEqual(affected(effect, 3));
    expect([await store.revision(), await destinations()]).toEqual([revision, before]);

    expect(await store.apply([file], { ...options, dryRun: true })).toMatchObject(affected(effect, 3));
    expect(await store.revision()).toBe(revision);
    expect(await store.apply([file], { ...options, atMost: 3 })).toMatchObject({
      revision: revision + 1,
      ...affected(effect, 3),
    });
  });

  it('counts the deliveries of a brand whose file is gone', async () => {
    await store.apply([acme()], NORMAL);
    await fill('hook', 2);
    expect(await needsOf(store.apply([], NORMAL))).toEqual(affected('hold', 2));
    expect(await needsOf(store.apply([], PRUNE))).toEqual(affected('end', 2));
  });

  it('counts undecided deliveries for each destination that the route of their version names', async () => {
    const { destination: _own, mapping: _mapping, ...others } = points();
    const named = ['hook', 'other', 'third'].map((name) => hook({ name }));
    const route = [{ when: { 'data.a': 1 }, destination: 'other' }, { destination: 'other' }, { destination: 'third' }];
    const routed = (...names: string[]): BrandFile =>
      acme({
        destinations: named.filter(({ name }) => names.includes(name)),
        subscriptions: [{ ...others, route: route.filter(({ destination }) => names.includes(destination)) }],
      });
    await store.apply([routed('hook', 'other', 'third')], NORMAL);
    const [version] = (await store.load()).subscriptions;
    expect(version).toMatchObject({ destinationId: null, route: [{ when: { 'data.a': 1 } }, {}, {}] });
    const ids = {
      ...sampleIds(),
      subscriptionId: version?.subscriptionId ?? '',
      subscriptionVersionId: version?.id ?? '',
    };
    const undecided = { ...ids, destinationId: ids.subscriptionId };
    const events = new PostgresEventStore(database.pgPool);
    const made = Array.from({ length: 2 }, () => sampleEvent(undecided));
    expect(await events.storeGroup(made)).toEqual(made.map(() => ({ kind: 'accepted' })));
    expect(await needsOf(store.apply([routed('hook', 'third')], PRUNE))).toEqual(affected('end', 2, 'other'));
    expect(await store.apply([routed('other', 'third')], PRUNE)).toMatchObject({ affectedDeliveries: [] });
    expect(await store.apply([routed('third')], { ...PRUNE, atMost: 2 })).toMatchObject(affected('end', 2, 'other'));
    // The set of entries is the set of the version by which the deliveries were created.
    expect(await needsOf(store.apply([acme()], PRUNE))).toEqual(affected('end', 2, 'third'));
  });

  it('refuses to delete a destination that a route of the API names', async () => {
    const { destination: _own, mapping: _mapping, ...others } = points();
    await store.apply([acme({ subscriptions: [] })], NORMAL);
    const spec = { ...others, route: [{ destination: 'hook' }] };
    await store.edit('acme', () => ({ kind: 'subscription', spec }), ACTOR);
    await expect(store.apply([acme({ destinations: [], subscriptions: [] })], PRUNE)).rejects.toThrow(
      'cannot be deleted, because the subscription points uses it',
    );
  });

  it('needs no confirmation if no delivery waits, or if only subscriptions and sources are removed', async () => {
    await store.apply([acme()], NORMAL);
    await store.apply([renamed()], PRUNE);
    await fill('webhook', 1);
    const file = acme({ sources: [], destinations: [hook({ name: 'webhook' })], subscriptions: [] });
    expect(await store.apply([file], PRUNE)).toMatchObject({ affectedDeliveries: [] });
  });

  it('is refused in the same way through the API', async () => {
    const { destinations: _file, ...settings } = acme().definition;
    await store.edit('acme', () => ({ kind: 'brand', settings }), ACTOR);
    await store.edit('acme', () => ({ kind: 'destination', spec: hook() }), ACTOR);
    await fill('hook', 2);
    const retyped = { kind: 'destination', spec: hook({ type: 'other' }) } as const;
    const deletion = { kind: 'deletion', part: { kind: 'destination', name: 'hook' } } as const;
    expect(await needsOf(store.edit('acme', () => retyped, ACTOR))).toEqual(affected('change_type', 2));
    expect(await needsOf(store.edit('acme', () => deletion, ACTOR, { atMost: 1 }))).toEqual(affected('end', 2));
    expect(await store.edit('acme', () => deletion, ACTOR, { atMost: 2 })).toMatchObject(affected('end', 2));
    expect(await destinations()).toEqual([]);
  });

  it('counts a delivery whose transaction commits during the change', async () => {
    await store.apply([acme()], NORMAL);
    await fill('hook', 1);
    const client = new pg.Client({ connectionString: testDatabase.url });
    await client.connect();
    try {
      await client.query('BEGIN');
      // Simulate an ingest process whose statement began before the configuration change.
      await client.query(
        `INSERT INTO deliveries_waiting
         SELECT (jsonb_populate_record(w, jsonb_build_object('id', gen_random_uuid()))).* FROM deliveries_waiting w`,
      );
      const refused = needsOf(store.apply([renamed()], { ...PRUNE, atMost: 1 }));
      await until(
        async () => {
          const { rows } = await client.query(
            `SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
             WHERE NOT l.granted AND l.relation = 'deliveries_waiting'::regclass`,
          );
          return rows.length > 0;
        },
        { what: 'the change to wait for the transaction' },
      );
      await client.query('COMMIT');
      expect(await refused).toEqual(affected('end', 2));
    } finally {
      await client.end();
    }
    expect((await destinations()).map(({ name }) => name)).toEqual(['hook']);
  });

  it('is not needed for a renamed destination, which keeps its id, its pause and its deliveries', async () => {
    await store.apply([acme()], NORMAL);
    await fill('hook', 2);
    const id = await idOf('hook');
    await new PostgresDestinationPauseStore(database.dataSource, database.pgPool).pause(id, 'Paused by a test.', ACTOR);
    const { changes } = await store.apply([renamed('hook')], PRUNE);
    expect(changes.filter(({ action }) => action !== 'unchanged')).toEqual([
      { action: 'update', kind: 'destination', name: 'acme/webhook', fields: ['name'], renamedFrom: 'hook' },
    ]);
    expect(await destinations()).toMatchObject([{ id, name: 'webhook' }]);
    expect([...(await readPauses(database.dataSource, [id])).keys()]).toEqual([id]);
    const again = await store.apply([renamed('hook')], PRUNE);
    expect(again.changes.every(({ action }) => action === 'unchanged')).toBe(true);
    expect(await destinations()).toMatchObject([{ id, name: 'webhook' }]);
  });

  it('cannot rename a destination of the API', async () => {
    await store.apply([acme({ destinations: [], subscriptions: [] })], NORMAL);
    await store.edit('acme', () => ({ kind: 'destination', spec: hook() }), ACTOR);
    await expect(store.apply([renamed('hook')], NORMAL)).rejects.toThrow(
      'destinations.webhook.renamedFrom: Destination hook was created through the API.',
    );
  });

  it('needs another confirmation before a brand stores personal data', async () => {
    await store.apply([acme({ privacy: PII_LESS })], NORMAL);
    const needs = { affectedDeliveries: [], leavesPiiLess: ['acme'] };
    expect(await needsOf(store.apply([acme()], { ...NORMAL, atMost: 1_000 }))).toEqual(needs);
    expect(await store.apply([acme()], { ...NORMAL, dryRun: true })).toMatchObject(needs);
    expect(await store.apply([acme()], { ...NORMAL, confirmPrivacy: true })).toMatchObject(needs);
    expect(await store.apply([acme({ privacy: PII_LESS })], NORMAL)).toMatchObject({ leavesPiiLess: [] });
  });

  it('skips brands that the options exclude, and marks them as unconfirmed until somebody changes them', async () => {
    const other = acme({ brand: 'globex' });
    await store.apply([acme(), other], { ...NORMAL, actor: BOOT_ACTOR, hash: 'before' });
    await fill('hook', 1);
    const untouched = new Set(['acme']);
    const boot = { ...NORMAL, actor: BOOT_ACTOR, untouched };
    const { changes } = await store.apply([other], boot);
    expect(changes.filter(({ action }) => action !== 'unchanged')).toEqual([]);
    await store.markUnconfirmed({ affectedDeliveries: [], leavesPiiLess: ['acme'] });
    expect([await store.unconfirmedBrands(), await store.appliedHash()]).toEqual([['acme'], null]);
    await store.apply([acme(), other], { ...NORMAL, actor: BOOT_ACTOR });
    expect(await store.unconfirmedBrands()).toEqual([]);
  });
});
