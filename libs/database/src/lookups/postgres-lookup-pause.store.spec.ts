import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  lookupPausedReason,
  type ApplyOptions,
  type BrandDefinition,
  type RecipientResolverSpec,
} from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { ChangeNotices } from '../configuration/change-notices.js';
import { PostgresConfigurationStore } from '../configuration/postgres-configuration.store.js';
import type { Database } from '../connections/database.js';
import { PostgresDeliveryStore } from '../deliveries/postgres-delivery.store.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { ONE_VERSION } from '../testing/one-version.js';
import { succeeded } from '../testing/decisions.js';
import { sampleDelivery, sampleEvent, type SampleIds } from '../testing/event-fixtures.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { acme, points } from '../testing/sample-brand.js';
import { sampleVault } from '../testing/sample-vault.js';
import { HELD_EVENTS } from '../sql/lookup-pauses.js';
import { PostgresLookupPauseStore } from './postgres-lookup-pause.store.js';

const NORMAL: ApplyOptions = { prune: false, dryRun: false, complete: true };
const LOOKUP = 'recipients.resolver';
const PERSON = { name: 'ops', keyId: null };

const resolver = (token: string): RecipientResolverSpec => ({
  ...{ type: 'http', url: 'https://crm.example.com', method: 'GET', headers: { authorization: token } },
  ...{ timeoutMs: 5_000, retries: 0, cacheMs: 0, mapping: { phone: '{{ body.mobile }}' } },
});
const brand = (token = 'a', also: Partial<BrandDefinition> = {}) =>
  acme({ recipients: { order: ['event', 'resolver'], resolver: resolver(token) }, ...also });

describe.each(await testServers())('pauses of lookups on the %s PostgreSQL', (_name, server) => {
  let database: Database & { readonly url: string };
  let notices: ChangeNotices;
  let configuration: PostgresConfigurationStore;
  let store: PostgresLookupPauseStore;
  let deliveries: PostgresDeliveryStore;
  let ids: SampleIds;

  beforeAll(async () => {
    database = await openTestDatabase(server);
    notices = new ChangeNotices(database.url, () => undefined);
    configuration = new PostgresConfigurationStore({
      ...database,
      vault: sampleVault(),
      notices,
      settingsVersions: ONE_VERSION,
    });
    store = new PostgresLookupPauseStore(database.dataSource, database.pgPool);
    deliveries = new PostgresDeliveryStore(database.pgPool);
    const alerts = points({ name: 'alerts', source: 'patchbay', events: ['lookup.*'] });
    await configuration.apply([brand('a', { subscriptions: [points(), alerts] })], NORMAL);
    const records = await configuration.load();
    const subscription = records.subscriptions.find(({ name }) => name === 'points');
    ids = {
      brandId: records.brands[0]?.id ?? '',
      sourceId: subscription?.sourceId ?? '',
      destinationId: subscription?.destinationId ?? '',
      subscriptionId: subscription?.subscriptionId ?? '',
      subscriptionVersionId: subscription?.id ?? '',
    };
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await notices.close();
    await database.close();
  });
  beforeEach(async () => {
    await database.dataSource.query('DELETE FROM lookup_pauses');
    await database.dataSource.query('DELETE FROM operational_outbox');
  });

  const pause = async (revision?: number, reason = 'it answered 401'): Promise<boolean> =>
    store.pause(ids.brandId, LOOKUP, { reason, revision: revision ?? (await configuration.revision()) });
  const pausedIn = async (): Promise<unknown> => {
    const [found] = (await configuration.load()).brands;
    return found?.pausedLookups?.get(LOOKUP);
  };
  const announced = async (): Promise<readonly string[]> => {
    const rows = await database.dataSource.query<{ type: string; by: string; reason: string | null }[]>(
      `SELECT type, facts ->> 'by' AS by, facts ->> 'reason' AS reason FROM operational_outbox ORDER BY first_at, scope`,
    );
    return rows.map(({ type, by, reason }) => [type, by, reason ?? ''].join(' ').trim());
  };
  /** Stores a delivery that waits for the lookup. */
  async function held(): Promise<string> {
    const now = Date.now();
    const event = sampleEvent(ids, now - 60_000);
    const delivery = sampleDelivery(event.id, ids, now - 60_000);
    const configRevision = await configuration.revision();
    await new PostgresEventStore(database.pgPool).storeGroup([{ ...event, configRevision, deliveries: [delivery] }]);
    const wanted = [{ destinationId: ids.destinationId, limit: 10, leaseMs: 60_000 }];
    const claimed = (await deliveries.claim(wanted, now)).deliveries.find(({ id }) => id === delivery.id);
    if (claimed === undefined) throw new Error('The delivery was not claimed.');
    const reason = lookupPausedReason(LOOKUP);
    await deliveries.record([
      { ...succeeded(claimed), state: 'scheduled', attempt: null, reason, dueAt: now + 3_600_000 },
    ]);
    return delivery.id;
  }
  const dueNow = async (id: string): Promise<boolean> => {
    const [row] = await database.dataSource.query<{ due: boolean }[]>(
      'SELECT due_at <= clock_timestamp() AND reason IS NULL AS due FROM deliveries_waiting WHERE id = $1',
      [id],
    );
    return row?.due ?? false;
  };

  it('raise the revision once, and are announced', async () => {
    const before = await configuration.revision();
    expect(await Promise.all([pause(), pause(), pause()])).toEqual(expect.arrayContaining([true, false, false]));
    expect(await configuration.revision()).toBe(before + 1);
    expect(await pausedIn()).toEqual({ reason: 'it answered 401', at: expect.any(Number) });
    expect(await store.resume(ids.brandId, LOOKUP, PERSON)).toBe(true);
    expect(await store.resume(ids.brandId, LOOKUP, PERSON)).toBe(false);
    expect(await pausedIn()).toBeUndefined();
    expect(await configuration.revision()).toBe(before + 2);
    expect(await announced()).toEqual(['lookup.paused hub it answered 401', 'lookup.resumed person']);
    const entries = await database.dataSource.query<{ action: string }[]>(
      `SELECT action FROM audit_entries WHERE action LIKE 'brand.%Lookup' ORDER BY id`,
    );
    expect(entries.map(({ action }) => action)).toEqual(['brand.pauseLookup', 'brand.resumeLookup']);
  });

  it('do not follow from a call before the lookup was resumed or changed', async () => {
    const before = await configuration.revision();
    await pause();
    await store.resume(ids.brandId, LOOKUP, PERSON);
    expect(await pause(before)).toBe(false);
    const resumed = await configuration.revision();
    expect(await pause(resumed)).toBe(true);
    await configuration.apply([brand('changed')], NORMAL);
    expect(await pause(resumed)).toBe(false);
    expect(await pause()).toBe(true);
  });

  it('end if the settings of the lookup change, and only then', async () => {
    await configuration.apply([brand('b')], NORMAL);
    await pause();
    await configuration.apply([brand('b', { timezone: 'Asia/Dubai' })], NORMAL);
    expect(await pausedIn()).toBeDefined();
    await configuration.apply([brand('c', { timezone: 'Asia/Dubai' })], NORMAL);
    expect(await pausedIn()).toBeUndefined();
  });

  it('hold deliveries until the lookup is resumed, and for a minute afterwards', async () => {
    await pause();
    const [first, second] = [await held(), await held()];
    expect(await store.heldCounts(ids.brandId)).toEqual(new Map([[LOOKUP, { count: 2, isExact: true }]]));
    expect(await store.heldEvents(ids.brandId, LOOKUP, 5)).toHaveLength(2);
    expect(await store.heldEvents(ids.brandId, 'enrichment.other', 5)).toEqual([]);
    expect(await store.releaseHeld()).toEqual([]);
    await store.resume(ids.brandId, LOOKUP, PERSON);
    expect(await store.releaseHeld()).toEqual([ids.destinationId]);
    expect([await dueNow(first), await dueNow(second)]).toEqual([true, true]);
    // A process that did not know yet holds a delivery after the release.
    const late = await held();
    await store.releaseHeld();
    expect(await dueNow(late)).toBe(true);
    await database.dataSource.query(`UPDATE lookup_pauses SET resumed_at = resumed_at - interval '2 min'`);
    await store.releaseHeld();
    expect(await database.dataSource.query('SELECT FROM lookup_pauses')).toEqual([]);
  });

  it('find their deliveries by an index', async () => {
    await pause();
    const { text, values } = HELD_EVENTS.with({ brand: ids.brandId, reason: lookupPausedReason(LOOKUP), limit: 5 });
    const plan = await database.dataSource.transaction(async (manager) => {
      await manager.query('SET LOCAL enable_seqscan = off');
      return manager.query<unknown>(`EXPLAIN (FORMAT JSON) ${text}`, values);
    });
    expect(JSON.stringify(plan)).toMatch(/deliveries_waiting_(lookup|held)_idx/);
  });
});
