import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { uuidV7, type NewAuditEntry, type NewSuppression } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { Database } from '../connections/database.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { insertDestination } from '../testing/sample-destination.js';
import { PostgresSuppressionStore } from './postgres-suppression.store.js';

describe.each(await testServers())('PostgresSuppressionStore on the %s PostgreSQL', (_name, server) => {
  let database: Database;
  let store: PostgresSuppressionStore;
  let brandId: string;

  beforeAll(async () => {
    database = await openTestDatabase(server);
    store = new PostgresSuppressionStore(database.dataSource, database.pgPool);
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.close());
  beforeEach(async () => {
    ({ brandId } = await insertDestination(database.dataSource));
  });

  let number = 0;
  const sample = (changes: Partial<NewSuppression> = {}): NewSuppression => ({
    ...{
      id: uuidV7(Date.now() + (number += 1)),
      kind: 'phone',
      addressHash: randomBytes(32).toString('hex'),
      sealedAddress: null,
    },
    ...{ reason: 'opt_out', channel: 'sms', purpose: null, sender: null },
    ...{ origin: 'callback', reportedBy: 'sms', detail: null, reportedAt: null, ...changes },
  });
  const audit = (): NewAuditEntry => ({
    ...{ actor: { name: 'key', keyId: null }, action: 'suppression.add', brandId, target: 'acme' },
    ...{ before: null, after: { entries: 1 } },
  });
  const audited = async (): Promise<number> => {
    const [row] = await database.dataSource.query<{ count: number }[]>(
      'SELECT count(*)::int AS count FROM audit_entries WHERE brand_id = $1',
      [brandId],
    );
    return row?.count ?? 0;
  };

  it('stores an entry with all its facts', async () => {
    const one = sample({
      sealedAddress: Buffer.from('sealed'),
      purpose: 'promotional',
      sender: 'sms',
      detail: '21610',
      reportedAt: Date.UTC(2026, 0, 31, 9),
    });
    expect(await store.add(brandId, [one], audit())).toBe(1);
    expect(await store.find(brandId, one.id)).toEqual({ ...one, createdAt: expect.any(Number) });
    expect(await audited()).toBe(1);
  });

  it('stores a code of a vendor that PostgreSQL cannot hold as it is', async () => {
    const one = sample({ detail: '21\u0000610' });
    expect(await store.add(brandId, [one])).toBe(1);
    expect(await store.find(brandId, one.id)).toMatchObject({ detail: '21\uFFFD610' });
  });

  it('stores no address if the brand became pii-less meanwhile', async () => {
    const one = sample({ sealedAddress: Buffer.from('sealed') });
    await database.dataSource.query(
      `UPDATE brands SET privacy = '{"mode":"pii-less","keep":[],"personal":[]}' WHERE id = $1`,
      [brandId],
    );
    expect(await store.add(brandId, [one], audit())).toBe(1);
    expect(await store.find(brandId, one.id)).toMatchObject({ addressHash: one.addressHash, sealedAddress: null });
  });

  it('returns the rules of each address in the order of the addresses', async () => {
    const [one, other] = [sample(), sample()];
    await store.add(brandId, [
      one,
      sample({ addressHash: one.addressHash, reason: 'hard_bounce', channel: null }),
      other,
    ]);
    const unknown = randomBytes(32).toString('hex');
    const hashes = [other.addressHash, unknown, one.addressHash];
    const rules = await store.rulesOf(hashes.map((addressHash) => ({ brandId, addressHash })));
    expect(rules.map((list) => list.map(({ reason }) => reason).sort())).toEqual([
      ['opt_out'],
      [],
      ['hard_bounce', 'opt_out'],
    ]);
    expect(rules[0]).toEqual([{ reason: 'opt_out', channel: 'sms', purpose: null, sender: null }]);
  });

  it('adds an entry once per reason and scope, also with concurrent calls', async () => {
    const one = sample();
    const repeated = () => ({ ...one, id: uuidV7(Date.now()) });
    const added = await Promise.all(
      Array.from({ length: 8 }, () => store.add(brandId, [repeated(), repeated(), sample()])),
    );
    // Each call adds its own new address, and one call adds the repeated one.
    expect(added.reduce((sum, count) => sum + count, 0)).toBe(9);
    expect(await store.add(brandId, [{ ...repeated(), channel: null }])).toBe(1);
  });

  it('releases the opt-outs of one address, and nothing else', async () => {
    const one = sample();
    const manual = sample({ addressHash: one.addressHash, reason: 'manual' });
    const other = sample();
    const entered = sample({ addressHash: one.addressHash, origin: 'person', channel: null });
    await store.add(brandId, [one, manual, other, entered]);
    expect(await store.release({ brandId, addressHash: one.addressHash }, ['opt_out'], null)).toBe(1);
    const { data } = await store.list(brandId, {}, { limit: 10, cursor: null });
    expect(data.map(({ id }) => id).sort()).toEqual([manual.id, other.id, entered.id].sort());
  });

  it('keeps an opt-out that a person added after the vendor reported it, and names the person', async () => {
    const one = sample();
    const { addressHash } = one;
    await store.add(brandId, [one]);
    const entered = { origin: 'person', reportedBy: 'support', detail: 'phoned us' } as const;
    expect(await store.add(brandId, [sample({ addressHash, ...entered })])).toBe(0);
    expect(await store.add(brandId, [sample({ addressHash, detail: '21610' })])).toBe(0);
    expect(await store.release({ brandId, addressHash }, ['opt_out'], null)).toBe(0);
    expect(await store.find(brandId, one.id)).toMatchObject(entered);
  });

  it('releases no opt-out that is newer than the release, and keeps the newest time of an opt-out', async () => {
    const time = (hour: number): number => Date.UTC(2026, 0, 31, hour);
    const one = sample({ reportedAt: time(9) });
    const { addressHash } = one;
    const repeated = (reportedAt: number) => ({ ...one, id: uuidV7(Date.now()), reportedAt });
    expect(await store.add(brandId, [one])).toBe(1);
    expect(await store.release({ brandId, addressHash }, ['opt_out'], time(8))).toBe(0);
    expect(await store.add(brandId, [repeated(time(10)), repeated(time(11))])).toBe(0);
    expect(await store.add(brandId, [repeated(time(7))])).toBe(0);
    expect(await store.find(brandId, one.id)).toMatchObject({ reportedAt: time(11) });
    expect(await store.release({ brandId, addressHash }, ['opt_out'], time(10))).toBe(0);
    expect(await store.release({ brandId, addressHash }, ['opt_out'], time(11))).toBe(1);
    // Without a time of the vendor, the time of the addition counts.
    await store.add(brandId, [sample({ addressHash })]);
    expect(await store.release({ brandId, addressHash }, ['opt_out'], time(11))).toBe(0);
    expect(await store.release({ brandId, addressHash }, ['opt_out'], Date.now() + 3_600_000)).toBe(1);
  });

  it('removes an entry with its audit entry, and neither for an unknown id', async () => {
    const one = sample();
    await store.add(brandId, [one]);
    expect(await store.remove(brandId, one.id, audit())).toBe(true);
    expect(await store.remove(brandId, one.id, audit())).toBe(false);
    expect(await store.remove(brandId, 'not an id', audit())).toBe(false);
    expect([await store.find(brandId, one.id), await audited()]).toEqual([null, 1]);
  });

  it('finds, releases and removes nothing of another brand', async () => {
    const one = sample();
    await store.add(brandId, [one]);
    const own = brandId;
    ({ brandId } = await insertDestination(database.dataSource));
    const address = { brandId, addressHash: one.addressHash };
    expect(await store.rulesOf([address])).toEqual([[]]);
    expect(await store.release(address, ['opt_out'], null)).toBe(0);
    expect(await store.remove(brandId, one.id, audit())).toBe(false);
    expect(await store.find(brandId, one.id)).toBeNull();
    expect(await store.find(own, one.id)).not.toBeNull();
  });

  it('lists pages, newest first, by kind, reason and address', async () => {
    const first = sample();
    const mail = sample({ kind: 'email', reason: 'complaint' });
    const all = [first, mail, sample()];
    for (const one of all) await store.add(brandId, [one]);
    const page = await store.list(brandId, {}, { limit: 2, cursor: null });
    const rest = await store.list(brandId, {}, { limit: 2, cursor: page.nextCursor });
    expect([...page.data, ...rest.data].map(({ id }) => id)).toEqual(all.map(({ id }) => id).reverse());
    expect(rest.nextCursor).toBeNull();
    for (const filter of [{ kind: 'email' }, { reason: 'complaint' }, { addressHash: mail.addressHash }] as const) {
      const { data } = await store.list(brandId, filter, { limit: 10, cursor: null });
      expect(data.map(({ id }) => id)).toEqual([mail.id]);
    }
  });
});
