import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { dedupeKey } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import pg from 'pg';
import { ACME_AUTH, acmeEnv, pointsIssued } from './support/acme.js';
import { startHubProcess, type HubProcess } from './support/hub-process.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type Answer, type TestHub } from './support/test-hub.js';

// Most tests start a hub, which takes long on a busy machine.
jest.setTimeout(SERVICE_TIMEOUT_MS);

/** Brand with a source of files, and a source of Capillary whose events go to a webhook. */
const BRAND = `
brand: acme
sources:
  orders:
    adapter: file
    files:
      format: csv
      perSecond: 100000
      event:
        type: orderPlaced
        id: "{{ row.order }}"
        occurredAt: "{{ row.at }}"
        customerId: "{{ row.member }}"
        data: { order: "{{ row.order }}", amount: "{{ row.amount | plus: 0 }}", mobile: "{{ row.mobile }}" }
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
destinations:
  crm: { type: webhook, credentials: { bearer: "\${env:CRM_BEARER}" }, settings: { url: "\${env:CRM_URL}" } }
subscriptions:
  large-orders: { source: orders, events: [orderPlaced], when: { data.amount: { $gte: 1000 } }, destination: crm }
  points: { source: capillary, events: ["*"], destination: crm }
  alerts: { source: patchbay, events: ["import.*"], destination: crm, mapping: { body: { type: "{{ event.type }}", of: "{{ data }}" } } }
`;
const HEADER = 'order,at,member,amount,mobile\n';
const row = (order: string | number, amount: string | number = 5): string =>
  `${order},2026-01-02T03:04:05Z,m-${order},${amount},919000000001\n`;

describe('imports of files', () => {
  let receiver: Receiver;
  let hub: TestHub;
  const processes: HubProcess[] = [];

  beforeEach(async () => {
    receiver = await startReceiver();
  }, SERVICE_TIMEOUT_MS);
  afterEach(async () => {
    for (const running of processes.splice(0)) await running.kill();
    await hub.close();
    await receiver.close();
  }, SERVICE_TIMEOUT_MS);

  const start = async (environment: Record<string, string> = {}): Promise<void> => {
    hub = await startTestHub({ brands: { acme: BRAND }, env: acmeEnv(receiver.url), environment });
  };
  const path = (source = 'orders', id = ''): string => `/v1/brands/acme/sources/${source}/imports${id && `/${id}`}`;
  const create = (body: object, source = 'orders'): Promise<Answer> => hub.admin('POST', path(source), body);
  const append = (id: string, offset: number, bytes: Buffer, source = 'orders'): Promise<Answer> =>
    hub.admin('PATCH', path(source, id), bytes, { 'upload-offset': String(offset) });

  /** Creates an import and uploads the whole file. Resolves with its id. */
  async function upload(text: string, also: object = {}, source = 'orders'): Promise<string> {
    const bytes = Buffer.from(text);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const created = await create({ fileName: 'orders.csv', sizeBytes: bytes.length, sha256, ...also }, source);
    const id = String(at(created.body, 'id'));
    expect((await append(id, 0, bytes, source)).status).toBe(200);
    return id;
  }
  const imported = async (id: string, source = 'orders'): Promise<unknown> =>
    (await hub.admin('GET', path(source, id))).body;
  const ended = (id: string, source = 'orders'): Promise<unknown> =>
    until(
      async () => {
        const body = await imported(id, source);
        return at(body, 'endedAt') === null ? undefined : body;
      },
      { what: 'the import to end', timeoutMs: 120_000 },
    );
  async function query<Row extends pg.QueryResultRow>(text: string): Promise<Row[]> {
    const client = new pg.Client({ connectionString: hub.databaseUrl });
    await client.connect();
    const { rows } = await client.query<Row>(text);
    await client.end();
    return rows;
  }
  /** Waits for operational events, and returns their bodies. */
  const alerts = async (count: number): Promise<readonly unknown[]> => {
    await receiver.atLeast(count);
    return receiver.received.map(({ body }): unknown => JSON.parse(body));
  };
  const storedIds = async (): Promise<string[]> =>
    (await query<{ id: string }>(`SELECT source_event_id AS id FROM events WHERE type = 'orderPlaced'`)).map(
      ({ id }) => id,
    );

  it('takes an upload in parts, continues it where it stopped, and makes each row an event of its own', async () => {
    await start();
    const bytes = Buffer.from(HEADER + row(1) + row(2, 2000) + row(1));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const created = await create({ fileName: 'orders.csv', sizeBytes: bytes.length, sha256 });
    expect(created).toMatchObject({ status: 201, body: { state: 'uploading', receivedBytes: 0, format: 'csv' } });
    const id = String(at(created.body, 'id'));
    expect(await append(id, 0, bytes.subarray(0, 50))).toMatchObject({ status: 200, body: { receivedBytes: 50 } });
    const wrong = await append(id, 0, bytes.subarray(0, 50));
    expect([wrong.status, wrong.headers.get('upload-offset')]).toEqual([409, '50']);
    expect(at((await hub.admin('GET', `${path()}?sha256=${sha256}`)).body, 'data.0')).toMatchObject({
      receivedBytes: 50,
    });
    expect(await append(id, 50, bytes.subarray(50))).toMatchObject({ status: 200, body: { state: 'running' } });
    expect(await ended(id)).toMatchObject({
      ...{
        state: 'done',
        accepted: 2,
        duplicate: 1,
        quarantined: 0,
        importedBytes: bytes.length,
        lines: 4,
        reason: null,
      },
      problems: [],
    });
    await receiver.atLeast(1);
    expect(receiver.received).toHaveLength(1);
    const { body } = await hub.admin('GET', '/v1/brands/acme/events?customer=m-2');
    const event = (await hub.admin('GET', `/v1/brands/acme/events/${String(at(body, 'data.0.id'))}`)).body;
    expect(event).toMatchObject({
      ...{ type: 'orderPlaced', sourceEventId: '2', occurredAt: '2026-01-02T03:04:05.000Z' },
      ...{
        origin: { kind: 'import', id, recovered: false },
        attributes: {},
        data: { order: '2', amount: 2000, mobile: '••••' },
      },
    });
    expect(await query('SELECT FROM import_chunks')).toEqual([]);
    expect(await append(id, bytes.length, Buffer.from('x'))).toMatchObject({ status: 409 });
  });

  it('keeps rows that make no event, with their lines and without their values', async () => {
    await start();
    const text = `${HEADER}${row(1)}2,2026-01-02,m-2\n3,yesterday,m-3,5,919000000003\n${row(4)}`;
    const id = await upload(text);
    const body = await ended(id);
    expect(body).toMatchObject({
      ...{ state: 'done', accepted: 2, quarantined: 2 },
      problems: [
        { line: 3, reason: 'The row has 3 fields, but the header line has 5.' },
        { line: 4, reason: expect.stringContaining('occurredAt') },
      ],
    });
    expect(JSON.stringify(body)).not.toContain('919000000003');
    const quarantined = await hub.admin('GET', '/v1/brands/acme/events?status=quarantined');
    expect(at(quarantined.body, 'data')).toHaveLength(2);
    // Importing the file again changes nothing.
    expect(await ended(await upload(text))).toMatchObject({ accepted: 0, quarantined: 0, duplicate: 4 });
    const metrics = (await hub.admin('GET', '/metrics')).text.split('\n');
    for (const line of [
      'patchbay_import_rows_total{brand="acme",outcome="accepted"} 2',
      'patchbay_import_rows_total{brand="acme",outcome="duplicate"} 4',
      'patchbay_import_rows_total{brand="acme",outcome="quarantined"} 2',
      'patchbay_imports{brand="acme",state="done"} 2',
    ]) {
      expect(metrics).toContain(line);
    }
    const counts = { accepted: 2, duplicate: 0, quarantined: 2 };
    expect(await alerts(1)).toEqual([
      {
        type: 'import.quarantined',
        of: { importId: id, source: 'orders', fileName: 'orders.csv', reason: null, ...counts, at: expect.any(String) },
      },
    ]);
  });

  it('fails at a place that it cannot read, after the rows before this place', async () => {
    await start();
    const id = await upload(`${HEADER}${row(1)}2,"no end\n${row(3)}`);
    expect(await ended(id)).toMatchObject({ state: 'failed', accepted: 1, reason: expect.stringContaining('line 3') });
    await alerts(1);
    const created = await create({ fileName: 'a.csv', sizeBytes: 4, sha256: '0'.repeat(64) });
    await append(String(at(created.body, 'id')), 0, Buffer.from('a,b\n'));
    expect(await ended(String(at(created.body, 'id')))).toMatchObject({
      ...{ state: 'failed', importedBytes: 0, reason: expect.stringContaining('SHA-256') },
    });
    expect(await alerts(2)).toMatchObject([
      { type: 'import.failed', of: { accepted: 1, reason: expect.stringContaining('line 3') } },
      { type: 'import.failed', of: { fileName: 'a.csv', reason: expect.stringContaining('SHA-256') } },
    ]);
  });

  it('takes lines of a source without files as its adapter does, and recognises what was received before', async () => {
    await start();
    await hub.ingest('acme/capillary', pointsIssued('c-1'), ACME_AUTH);
    const text = [pointsIssued('c-1'), pointsIssued('c-2')].map((event) => `${JSON.stringify(event)}\n`).join('');
    const id = await upload(text, { recovered: true }, 'capillary');
    expect(await ended(id, 'capillary')).toMatchObject({ accepted: 1, duplicate: 1, format: 'ndjson' });
    await receiver.atLeast(2);
    const events = at((await hub.admin('GET', '/v1/brands/acme/events')).body, 'data');
    const [newest] = events as readonly unknown[];
    const event = await hub.admin('GET', `/v1/brands/acme/events/${String(at(newest, 'id'))}`);
    expect(event.body).toMatchObject({ sourceEventId: 'c-2', origin: { kind: 'import', id, recovered: true } });
  });

  it(
    'imports each file of a watched folder once, and again after it was changed',
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'patchbay-import-dir-'));
      mkdirSync(join(directory, 'acme'));
      const write = (text: string, secondsAgo: number): void => {
        const file = join(directory, 'acme', 'nightly.csv');
        writeFileSync(file, text);
        utimesSync(file, Date.now() / 1_000 - secondsAgo, Date.now() / 1_000 - secondsAgo);
      };
      const imports = async (count: number): Promise<readonly unknown[]> =>
        until(
          async () => {
            await query('UPDATE file_scans SET next_at = now()');
            const data = at((await hub.admin('GET', path())).body, 'data') as readonly unknown[];
            return data.length === count && data.every((one) => at(one, 'endedAt') !== null) ? data : undefined;
          },
          { what: `${count} imports to end`, timeoutMs: 120_000 },
        );
      try {
        write(HEADER + row(1) + row(2), 120);
        hub = await startTestHub({
          brands: {
            acme: BRAND.replace('      format: csv\n', '      format: csv\n      from: { folder: acme }\n'),
          },
          env: acmeEnv(receiver.url),
          environment: { PATCHBAY_IMPORT_DIR: directory },
        });
        expect(await imports(1)).toMatchObject([
          { origin: 'folder', fileName: 'nightly.csv', state: 'done', accepted: 2 },
        ]);
        write(HEADER + row(1) + row(2) + row(3), 60);
        expect(await imports(2)).toMatchObject([{ state: 'done', accepted: 1, duplicate: 2 }, { accepted: 2 }]);
        expect(await storedIds()).toHaveLength(3);
        expect((await hub.admin('GET', path())).body).toMatchObject({ scan: { problem: null } });
      } finally {
        rmSync(directory, { recursive: true });
      }
    },
    SERVICE_TIMEOUT_MS,
  );

  it('does not make live events wait while the commit of a file is blocked', async () => {
    await start();
    const [source] = await query<{ id: string }>(`SELECT id FROM sources WHERE name = 'orders'`);
    const blocker = new pg.Client({ connectionString: hub.databaseUrl });
    await blocker.connect();
    try {
      // A transaction that has inserted the dedupe key of the first row blocks the commit of the file.
      await blocker.query('BEGIN');
      const key = dedupeKey(source?.id ?? '', null, 'orderPlaced', '1');
      await blocker.query('INSERT INTO ingest_keys (key, event_id) VALUES ($1, gen_random_uuid())', [key]);
      const id = await upload(HEADER + row(1) + row(2));
      const isBlocked = async (): Promise<boolean> => {
        const waiting = `wait_event_type = 'Lock' AND application_name = 'patchbay-hot' AND datname = current_database()`;
        return (await query(`SELECT FROM pg_stat_activity WHERE ${waiting}`)).length > 0;
      };
      await until(isBlocked, { what: 'the commit of the file to be blocked', timeoutMs: 30_000 });
      const live = Array.from({ length: 20 }, (_, index) =>
        hub.ingest('acme/capillary', pointsIssued(`live-${index}`), ACME_AUTH),
      );
      expect((await Promise.all(live)).map(({ status }) => status)).toEqual(Array(20).fill(202));
      await receiver.atLeast(20);
      expect(await imported(id)).toMatchObject({ state: 'running', lines: 0 });
      await blocker.query('ROLLBACK');
      expect(await ended(id)).toMatchObject({ state: 'done', accepted: 2 });
    } finally {
      await blocker.end();
    }
  });

  it('refuses requests that cannot become an import', async () => {
    await start();
    const tooLarge = await create({ fileName: 'a.csv', sizeBytes: 2 ** 40 });
    expect([tooLarge.status, at(tooLarge.body, 'errors.0.field')]).toEqual([400, 'sizeBytes']);
    expect((await create({ fileName: 'a.csv', sizeBytes: 1 }, 'patchbay')).status).toBe(409);
    expect((await create({ fileName: 'a.csv', sizeBytes: 1 }, 'none')).status).toBe(404);
    const created = await create({ fileName: 'a.csv', sizeBytes: 10 });
    const id = String(at(created.body, 'id'));
    expect((await hub.admin('PATCH', path('orders', id), Buffer.from('x'))).status).toBe(400);
    expect((await append(id, 0, Buffer.alloc(4 * 1024 * 1024 + 1))).status).toBe(413);
    expect((await hub.admin('GET', path('capillary', id))).status).toBe(404);
    expect(await hub.admin('POST', `${path('orders', id)}/cancel`)).toMatchObject({ body: { state: 'cancelled' } });
    expect((await append(id, 0, Buffer.from('x'))).status).toBe(409);
  });

  it('does not store the values of an uploaded file in clear text', async () => {
    await start({ PATCHBAY_ROLE: 'api' });
    await upload(HEADER + row(1));
    const [chunk] = await query<{ found: boolean }>(
      `SELECT position('919000000001'::bytea IN sealed) > 0 AS found FROM import_chunks`,
    );
    expect(chunk).toEqual({ found: false });
  });

  it(
    'imports 1,000 rows without a loss or a repetition although its process is killed',
    async () => {
      await start({ PATCHBAY_ROLE: 'api' });
      const rows = Array.from({ length: 1_000 }, (_, index) => row(`k-${index}`));
      const killed = await startHubProcess(hub, acmeEnv(receiver.url));
      processes.push(killed);
      const id = await upload(HEADER + rows.join(''), { perSecond: 200 });
      await until(async () => Number(at(await imported(id), 'accepted')) > 0, {
        ...{ what: 'some rows to be imported', timeoutMs: 60_000 },
      });
      await killed.kill();
      expect(at(await imported(id), 'state')).toBe('running');
      const before = await storedIds();
      expect(before.length).toBeLessThan(1_000);
      await query('UPDATE imports SET lease_until = now(), per_second = 100000');
      const { databaseUrl, configDirectory } = hub;
      const next = await startTestHub({ databaseUrl, configDirectory, env: acmeEnv(receiver.url) });
      try {
        expect(await ended(id)).toMatchObject({ state: 'done', quarantined: 0, lines: 1_001 });
      } finally {
        await next.close();
      }
      const ids = await storedIds();
      expect([ids.length, new Set(ids).size]).toEqual([1_000, 1_000]);
    },
    10 * SERVICE_TIMEOUT_MS,
  );
});
