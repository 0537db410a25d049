import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidV7, type Import, type NewImport } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { Database } from '../connections/database.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { PostgresImportStore } from './postgres-import.store.js';

const servers = await testServers();
const LEASE_MS = 60_000;
const UPLOADS = ['upload'] as const;
const PAGE = { limit: 50, cursor: null };

describe.each(servers)('PostgresImportStore on the %s PostgreSQL', (_name, server) => {
  let database: Database & { readonly url: string };
  let store: PostgresImportStore;
  beforeAll(async () => {
    database = await openTestDatabase(server);
    store = new PostgresImportStore(database.dataSource);
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await database.close();
  });

  function newImport(also: Partial<NewImport> = {}): NewImport {
    return {
      ...{
        id: uuidV7(Date.now()),
        brandId: randomUUID(),
        sourceId: randomUUID(),
        fileName: 'orders.csv',
        sizeBytes: 10,
      },
      ...{ origin: 'upload', version: null },
      format: { format: 'csv', delimiter: ',', encoding: 'utf-8' },
      ...{ sha256: 'a'.repeat(64), perSecond: 500, recovered: false, requestedBy: 'tests' },
      ...also,
    };
  }
  async function create(also: Partial<NewImport> = {}): Promise<Import> {
    const created = await store.create(newImport(also), Number.MAX_SAFE_INTEGER);
    if (created === null) throw new Error('No import was created.');
    return created;
  }
  const chunk = (start: number, bytes: number) => ({ start, bytes, sealed: Buffer.alloc(bytes, start) });
  async function running(also: Partial<NewImport> = {}): Promise<Import> {
    const created = await create(also);
    await store.addChunk(created.brandId, created.id, chunk(0, 10));
    return created;
  }
  const chunks = async (id: string): Promise<number> => {
    const [row] = await database.dataSource.query<{ count: number }[]>(
      'SELECT count(*)::int AS count FROM import_chunks WHERE import_id = $1',
      [id],
    );
    return row?.count ?? -1;
  };

  it('takes the chunks of a file in order, and runs the import after the last one', async () => {
    const { id, brandId } = await create();
    expect(await store.addChunk(brandId, id, chunk(4, 6))).toMatchObject({
      kind: 'elsewhere',
      import: { receivedBytes: 0 },
    });
    expect(await store.addChunk(brandId, id, chunk(0, 4))).toMatchObject({
      kind: 'added',
      import: { receivedBytes: 4, state: 'uploading' },
    });
    expect(await store.claim(LEASE_MS, UPLOADS)).toBeNull();
    expect(await store.addChunk(brandId, id, chunk(0, 4))).toMatchObject({
      kind: 'elsewhere',
      import: { receivedBytes: 4 },
    });
    expect(await store.addChunk(brandId, id, chunk(4, 7))).toMatchObject({ kind: 'elsewhere' });
    expect(await store.addChunk(brandId, id, chunk(4, 6))).toMatchObject({
      kind: 'added',
      import: { state: 'running' },
    });
    expect(await store.addChunk(brandId, id, chunk(10, 1))).toMatchObject({ kind: 'closed' });
    expect(await store.addChunk(randomUUID(), id, chunk(10, 1))).toBeNull();
    expect(await store.chunkAt(id, 3)).toEqual(chunk(0, 4));
    expect(await store.chunkAt(id, 4)).toEqual(chunk(4, 6));
    expect(await store.chunkAt(id, 10)).toBeNull();
    await store.cancel(brandId, id);
  });

  it('gives an import to one process, which records its progress and ends it', async () => {
    const { id, brandId } = await running();
    const claimed = await store.claim(LEASE_MS, UPLOADS);
    if (claimed === null) throw new Error('No import was claimed.');
    expect(claimed).toMatchObject({ id, position: { offset: 0, line: 0 } });
    expect(await store.claim(LEASE_MS, UPLOADS)).toBeNull();
    const progress = {
      position: { offset: 5, line: 2 },
      counts: { accepted: 1, duplicate: 0, quarantined: 1 },
      problems: [{ line: 2, reason: 'bad' }],
    };
    expect(await store.advance(claimed, progress, LEASE_MS)).toBe(true);
    expect(await store.find(brandId, id)).toMatchObject(progress);
    expect(await store.advance({ ...claimed, token: randomUUID() }, progress, LEASE_MS)).toBe(false);
    await store.end(claimed, null);
    expect(await store.find(brandId, id)).toMatchObject({ ...progress, state: 'done', reason: null });
    expect(await chunks(id)).toBe(0);
    expect(await store.renew(claimed, LEASE_MS)).toBe(false);
  });

  it('gives an import to another process when the lease ends or is released', async () => {
    const { id } = await running();
    const first = await store.claim(1, UPLOADS);
    expect(first?.id).toBe(id);
    await database.dataSource.query(`UPDATE imports SET lease_until = now() - interval '1 s' WHERE id = $1`, [id]);
    const second = await store.claim(LEASE_MS, UPLOADS);
    if (first === null || second === null) throw new Error('No import was claimed.');
    expect(second.id).toBe(id);
    expect(await store.renew(first, LEASE_MS)).toBe(false);
    await store.release(second, 3_600_000);
    expect(await store.claim(LEASE_MS, UPLOADS)).toBeNull();
  });

  it('cancels an import, so that its process loses the lease', async () => {
    const { id, brandId } = await running();
    const claimed = await store.claim(LEASE_MS, UPLOADS);
    expect(await store.cancel(brandId, id)).toMatchObject({ state: 'cancelled' });
    expect(claimed !== null && (await store.renew(claimed, LEASE_MS))).toBe(false);
    expect(await chunks(id)).toBe(0);
    expect(await store.cancel(randomUUID(), id)).toBeNull();
  });

  it('lists the imports of a source, and finds a file by its hash', async () => {
    const { id, brandId, sourceId } = await create();
    const other = await create({ brandId, sourceId, sha256: null });
    expect((await store.list(brandId, { sourceId }, PAGE)).data.map((one) => one.id)).toEqual([other.id, id]);
    expect((await store.list(brandId, { sourceId, sha256: 'a'.repeat(64) }, PAGE)).data.map((one) => one.id)).toEqual([
      id,
    ]);
    expect((await store.list(brandId, { sourceId: randomUUID() }, PAGE)).data).toEqual([]);
  });

  it('counts the bytes of open imports, and ends idle uploads', async () => {
    const before = await store.openBytes();
    const { id, brandId } = await create({ sizeBytes: 30 });
    await store.addChunk(brandId, id, chunk(0, 4));
    expect(await store.openBytes()).toBe(before + 30);
    expect(await store.endIdleUploads(3_600_000)).toBe(0);
    await database.dataSource.query(`UPDATE imports SET updated_at = now() - interval '2 h' WHERE id = $1`, [id]);
    expect(await store.endIdleUploads(3_600_000)).toBe(1);
    expect(await store.find(brandId, id)).toMatchObject({ state: 'failed', reason: expect.stringContaining('Upload') });
    expect(await chunks(id)).toBe(0);
  });

  it('never stores more open bytes than allowed, although imports are created at the same time', async () => {
    const limit = (await store.openBytes()) + 35;
    const created = await Promise.all(Array.from({ length: 8 }, () => store.create(newImport(), limit)));
    const open = created.filter((one) => one !== null);
    expect([open.length, await store.openBytes()]).toEqual([3, limit - 5]);
    expect(await store.create(newImport({ sizeBytes: 5 }), limit)).toMatchObject({ sizeBytes: 5 });
    for (const { id, brandId } of open) await store.cancel(brandId, id);
    expect(await store.create(newImport(), limit)).not.toBeNull();
  });

  it('creates one import per version of a listed file, which only some processes can run', async () => {
    const listed = newImport({ origin: 'folder', fileName: 'nightly.csv', version: '8-1' });
    const again = { ...listed, id: uuidV7(Date.now()) };
    expect(await store.createListed([listed])).toBe(1);
    expect(await store.createListed([again, { ...again, id: uuidV7(Date.now(), 1), version: '9-2' }])).toBe(1);
    expect(await store.createListed([])).toBe(0);
    expect(await store.claim(LEASE_MS, UPLOADS)).toBeNull();
    const claimed = await store.claim(LEASE_MS, ['upload', 'folder']);
    expect(claimed).toMatchObject({ origin: 'folder', fileName: 'nightly.csv', version: '8-1', receivedBytes: 10 });
    const open = (await store.list(listed.brandId, { sourceId: listed.sourceId }, PAGE)).data;
    for (const { id, brandId } of open) await store.cancel(brandId, id);
  });

  it('imports a version again after its file was missing, but not after another failure', async () => {
    const listed = newImport({ origin: 'folder', fileName: 'remounted.csv', version: '8-1' });
    const again = (): NewImport => ({ ...listed, id: randomUUID() });
    expect(await store.createListed([listed])).toBe(1);
    const missing = await store.claim(LEASE_MS, ['folder']);
    if (missing === null) throw new Error('The import is not claimed.');
    await store.endChanged(missing, 'The file was removed.');
    expect(await store.find(listed.brandId, listed.id)).toMatchObject({ state: 'failed', version: null });
    expect(await store.createListed([again()])).toBe(1);
    const broken = await store.claim(LEASE_MS, ['folder']);
    if (broken === null) throw new Error('The import is not claimed.');
    await store.end(broken, 'A quoted field has no end.');
    expect(await store.createListed([again()])).toBe(0);
  });

  it('creates the imports of more files than one statement takes', async () => {
    const brandId = randomUUID();
    const listed = Array.from({ length: 5_000 }, (_, index) =>
      newImport({ id: randomUUID(), brandId, origin: 'sftp', fileName: `${index}.csv`, version: '1' }),
    );
    expect(await store.createListed(listed)).toBe(5_000);
    await database.dataSource.query('DELETE FROM imports WHERE brand_id = $1', [brandId]);
  });

  it('lets one process scan a watched place per interval, and keeps the result', async () => {
    const brandId = randomUUID();
    const sourceId = randomUUID();
    await database.dataSource.query(
      `INSERT INTO brands (id, name, timezone, privacy, retention_days, recipient_order, wrapped_key, managed_by, disabled)
       VALUES ($1, 'acme', 'UTC', '{}', 30, '[]', '', 'api', false)`,
      [brandId],
    );
    await database.dataSource.query(
      `INSERT INTO sources (id, brand_id, name, adapter, sealed_auth, sealed_place, place_origin, managed_by, disabled)
       VALUES ($1, $2, 'orders', 'file', '', 'x', 'folder', 'api', false)`,
      [sourceId, brandId],
    );
    expect(await store.takeScans(['s3', 'sftp'], 60_000)).toEqual([]);
    expect(await store.takeScans(['folder', 's3'], 60_000)).toEqual([{ brandId, sourceId }]);
    expect(await store.takeScans(['folder', 's3'], 60_000)).toEqual([]);
    expect(await store.lastScan(sourceId)).toBeNull();
    await store.recordScan(sourceId, 'unreachable');
    expect(await store.lastScan(sourceId)).toEqual({ at: expect.any(Number), problem: 'unreachable' });
    await database.dataSource.query('UPDATE file_scans SET next_at = now()');
    expect(await store.takeScans(['folder', 's3'], 60_000)).toEqual([{ brandId, sourceId }]);
    await store.recordScan(sourceId, null);
    expect(await store.lastScan(sourceId)).toMatchObject({ problem: null });
  });
});
