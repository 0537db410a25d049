import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  LOG_START,
  uuidV7,
  type ClaimedLogCheck,
  type LogCheck,
  type LogProgress,
  type MissingEvent,
  type RegisteredSource,
} from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { Database } from '../connections/database.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { insertBrand } from '../testing/brand-fixture.js';
import { sampleEvent, type SampleIds } from '../testing/event-fixtures.js';
import { makeDays } from '../testing/fill-tables.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { PostgresLogCheckStore } from './postgres-log-check.store.js';

const servers = await testServers();
const LEASE_MS = 60_000;

describe.each(servers)('PostgresLogCheckStore on the %s PostgreSQL', (_name, server) => {
  let database: Database & { readonly url: string };
  let store: PostgresLogCheckStore;
  let ids: SampleIds;

  beforeAll(async () => {
    database = await openTestDatabase(server);
    await makeDays(database.dataSource, 30, Date.now(), 2);
    store = new PostgresLogCheckStore(database.dataSource);
  }, SERVICE_TIMEOUT_MS);
  beforeEach(async () => {
    await database.dataSource.query('DELETE FROM capillary_log_checks');
    ids = await insertBrand(database.dataSource);
  });
  afterAll(async () => {
    await database.close();
  });

  const create = (id = uuidV7(Date.now())): Promise<LogCheck> => {
    const { brandId, sourceId } = ids;
    const range = { consumerGroup: 'g-1', from: '2026-11-24', to: '2026-11-30' };
    return store.create({ id, brandId, sourceId, ...range, requestedBy: 'tests' });
  };
  async function claimed(): Promise<ClaimedLogCheck> {
    const check = await store.claim(LEASE_MS);
    if (check === null) throw new Error('No check is due.');
    return check;
  }
  const missing = (eventId: string, also: Partial<MissingEvent> = {}): MissingEvent => ({
    ...{ type: 'pointsIssued', eventId, occurredAt: 1_000, status: 'FAILED', recovered: false, ...also },
  });
  const progress = (also: Partial<LogProgress> = {}): LogProgress => ({
    ...{ position: { next: '1', lastPage: 'hash' }, entries: 100, unreadable: 1, missing: [] },
    types: [{ type: 'pointsIssued', entries: 99, stored: 97, waiting: 0, quarantined: 0 }],
    ...also,
  });

  it('has one running check per source', async () => {
    const first = await create();
    expect(first).toMatchObject({
      ...{ state: 'running', position: LOG_START, from: '2026-11-24', to: '2026-11-30', consumerGroup: 'g-1' },
      ...{ entries: 0, types: [], missing: 0, recovered: 0, reason: null, endedAt: null },
    });
    expect((await create()).id).toBe(first.id);
    await store.end(await claimed(), null);
    const second = await create();
    expect(second.id).not.toBe(first.id);
    expect((await store.list(ids.sourceId)).map(({ id, state }) => [id, state])).toEqual([
      [second.id, 'running'],
      [first.id, 'done'],
    ]);
    expect(await store.find(ids.sourceId, second.id)).toBeNull();
    expect(await store.find(ids.brandId, 'no-uuid')).toBeNull();
  });

  it('continues at the recorded position under another lease, and takes nothing from the former holder', async () => {
    const { id } = await create();
    const former = await claimed();
    expect(await store.claim(LEASE_MS)).toBeNull();
    expect(await store.advance(former, progress({ missing: [missing('1'), missing('2')] }), 0)).toBe(true);
    const next = await claimed();
    expect(next).toMatchObject({ id, position: { next: '1', lastPage: 'hash' }, entries: 100, missing: 2 });
    expect(await store.advance(former, progress({ entries: 200 }), LEASE_MS)).toBe(false);
    expect(await store.renew(former, LEASE_MS)).toBe(false);
    await store.end(former, 'late');
    // The page that the former holder recorded is repeated. Its events are not counted again.
    const again = [missing('2'), missing('2'), missing('3', { recovered: true, occurredAt: null, status: null })];
    expect(await store.advance(next, progress({ entries: 200, missing: again }), LEASE_MS)).toBe(true);
    expect(await store.find(ids.brandId, id)).toMatchObject({
      state: 'running',
      entries: 200,
      missing: 2,
      recovered: 1,
    });
    expect(await store.missingByType(id)).toEqual([{ type: 'pointsIssued', missing: 2, recovered: 1 }]);
    expect(await store.missingEvents(id, 1)).toEqual([missing('1')]);
  });

  it('shows why a check waits, until it advances', async () => {
    const { id, brandId } = await create();
    await store.release(await claimed(), 0, 'Capillary failed');
    expect(await store.find(brandId, id)).toMatchObject({ state: 'running', reason: 'Capillary failed' });
    const check = await claimed();
    await store.advance(check, progress(), LEASE_MS);
    expect(await store.find(brandId, id)).toMatchObject({ reason: null });
    await store.release(check, LEASE_MS, null);
    expect(await store.claim(LEASE_MS)).toBeNull();
  });

  it('cancels a running check, which takes no further page', async () => {
    const { id, brandId } = await create();
    const check = await claimed();
    expect(await store.cancel(ids.sourceId, id)).toBeNull();
    expect(await store.cancel(brandId, id)).toMatchObject({ state: 'cancelled', endedAt: expect.any(Number) });
    expect(await store.advance(check, progress({ missing: [missing('1')] }), LEASE_MS)).toBe(false);
    expect(await store.missingEvents(id, 10)).toEqual([]);
  });

  it('keeps the last twenty checks of a source', async () => {
    for (let count = 0; count < 22; count++) {
      await create();
      await store.end(await claimed(), null);
    }
    expect(await store.list(ids.sourceId)).toHaveLength(20);
    await create();
    const [row] = await database.dataSource.query<{ count: number }[]>(
      'SELECT count(*)::int AS count FROM capillary_log_checks',
    );
    expect(row?.count).toBe(20);
  });

  it('finds stored events by type and id, including erased and deleted ones', async () => {
    const events = new PostgresEventStore(database.pgPool);
    const stored = (sourceEventId: string, type = 'pointsIssued') =>
      sampleEvent(ids, Date.now(), { sourceEventId, type });
    const [erased, deleted] = [stored('erased'), stored('deleted')];
    const all = [stored('1'), stored('2', 'tierUpgraded'), erased, deleted];
    await events.storeGroup(all);
    const { dataSource } = database;
    await dataSource.query(`UPDATE events SET erased_at = now(), source_event_id = '' WHERE id = $1`, [erased.id]);
    await dataSource.query('DELETE FROM events WHERE id = $1', [deleted.id]);
    const source = { brandId: ids.brandId, sourceId: ids.sourceId, brand: 'acme', source: 'in' };
    const found = (of: RegisteredSource, ...asked: [string, string][]): Promise<readonly boolean[]> =>
      store.stored(
        of,
        asked.map(([type, eventId]) => ({ type, eventId })),
      );
    expect(await found(source, ['pointsIssued', '1'], ['pointsIssued', '2'], ['tierUpgraded', '2'])).toEqual([
      ...[true, false, true],
    ]);
    expect(await found(source, ['a', '1'], ['pointsIssued', 'erased'], ['pointsIssued', 'deleted'])).toEqual([
      ...[false, true, true],
    ]);
    const other = await insertBrand(database.dataSource);
    expect(await found({ ...source, ...other }, ['pointsIssued', '1'])).toEqual([false]);
  });
});
