import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import pg from 'pg';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { startTestHub, type IngestAnswer, type TestHub } from './support/test-hub.js';

const MIB = 1024 * 1024;
const OTHER_AUTH = { authorization: 'Bearer invented-other-token' };
const BRAND = acmeBrand({ when: '{ data.totalPointsIssued: { $gt: 1000000 } }' }).replace(
  'destinations:',
  '  other: { adapter: capillary, auth: { bearer: ["${env:OTHER_TOKEN}"] } }\n' +
    '  slow: { adapter: json, auth: { bearer: ["${env:OTHER_TOKEN}"] }, limits: { ratePerSecond: 0.002, burst: 2 } }\n' +
    'destinations:',
);

describe('a source that floods the ingest endpoint', () => {
  let hub: TestHub;
  let database: pg.Client;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    hub = await startTestHub({
      brands: { acme: BRAND },
      env: { ...acmeEnv('http://127.0.0.1:9/'), OTHER_TOKEN: 'invented-other-token' },
      hubFile: `ingest: { maxQueuedEvents: 1000, maxWaitingBytes: ${16 * MIB} }`,
    });
    database = new pg.Client({ connectionString: hub.databaseUrl });
    await database.connect();
  }, SERVICE_TIMEOUT_MS);
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await until(async () => (await waitingBytes()) === 0, { what: 'every reserved byte to be given back' });
  });
  afterAll(async () => {
    await database.end();
    await hub.close();
  });

  async function waitingBytes(): Promise<number> {
    const { text } = await hub.admin('GET', '/metrics');
    return Number(/^patchbay_ingest_waiting_bytes (\d+)$/m.exec(text)?.[1]);
  }

  /** Sends only the headers of a call and the beginning of its body. */
  function begin(headers: readonly string[], body: string | Uint8Array): Promise<string> {
    const socket = connect(Number(new URL(hub.url).port), '127.0.0.1');
    sockets.push(socket);
    socket.write(`POST /v1/ingest/acme/capillary HTTP/1.1\r\nhost: hub\r\n${headers.join('\r\n')}\r\n\r\n`);
    socket.write(body);
    socket.on('error', () => undefined);
    return new Promise((resolve) => socket.on('data', (chunk) => resolve(chunk.toString())));
  }
  const token = `x-acme-token: ${ACME_AUTH['x-acme-token']}`;
  const post = (source: string, body: unknown, headers: Record<string, string>): Promise<IngestAnswer> =>
    hub.ingest(`acme/${source}`, body, headers);

  it('gets 429 for calls beyond its share, and the other source always gets 202', async () => {
    const call = (name: string, n: number): object[] =>
      Array.from({ length: 10 }, (_, index) => pointsIssued(`${name}-${n}-${index}`));
    await database.query('BEGIN');
    await database.query('LOCK TABLE ingest_keys IN ACCESS EXCLUSIVE MODE');
    let busy = 0;
    const flood = Array.from({ length: 70 }, async (_, n) => {
      const answer = await post('capillary', call('flood', n), ACME_AUTH);
      if (answer.status === 429) busy += 1;
      return answer;
    });
    await until(() => busy === 20, { what: '20 of 70 calls to be refused' });
    const others = Array.from({ length: 10 }, (_, n) => post('other', call('other', n), OTHER_AUTH));
    const late = await post('capillary', call('late', 0), ACME_AUTH);
    expect([late.status, late.headers.get('retry-after')]).toEqual([429, '5']);
    await database.query('COMMIT');
    expect((await Promise.all(others)).map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 202));
    const answers = await Promise.all(flood);
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(50);
    expect((await post('capillary', call('after', 0), ACME_AUTH)).status).toBe(202);
  });

  it('reserves bodies by their Content-Length before they are read', async () => {
    for (let n = 0; n < 8; n += 1) void begin([token, `content-length: ${MIB}`], '[');
    await until(async () => (await waitingBytes()) === 8 * MIB, { what: 'eight bodies to be announced' });
    const refused = await begin([token, `content-length: ${MIB}`], '');
    expect(refused).toMatch(/^HTTP\/1\.1 429 [^]*\r\nretry-after: 5\r\n/i);
    expect((await post('capillary', pointsIssued('small'), ACME_AUTH)).status).toBe(429);
    expect((await post('other', pointsIssued('small'), OTHER_AUTH)).status).toBe(202);
  });

  it('reserves chunked bodies as they are read', async () => {
    const head = [token, 'transfer-encoding: chunked'];
    const chunk = (bytes: number): string => `${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n`;
    for (let n = 0; n < 8; n += 1) void begin(head, chunk(MIB));
    await until(async () => (await waitingBytes()) === 8 * MIB, { what: 'eight bodies to be read' });
    expect(await begin(head, chunk(10))).toMatch(/^HTTP\/1\.1 429 [^]*\r\nretry-after: 5\r\n/i);
    expect((await post('other', pointsIssued('chunks'), OTHER_AUTH)).status).toBe(202);
  });

  it('is limited to its configured rate, which the API shows', async () => {
    const calls = [1, 2, 3].map((id) => ({ type: 'a', id }));
    const answers: IngestAnswer[] = [];
    for (const call of calls) answers.push(await post('slow', call, OTHER_AUTH));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 429]);
    expect(Number(answers[2]?.headers.get('retry-after'))).toBeGreaterThan(400);
    expect((await post('slow', calls[2], {})).status).toBe(401);
    expect(await hub.admin('GET', '/v1/brands/acme/sources/slow')).toMatchObject({
      body: { limits: { ratePerSecond: 0.002, burst: 2 } },
    });
  });

  it('is not affected by callers without its credentials', async () => {
    for (let n = 0; n < 8; n += 1) void begin(['x-acme-token: wrong', `content-length: ${MIB}`], '[');
    await until(async () => (await waitingBytes()) === 8 * MIB, { what: 'eight bodies to be announced' });
    expect((await post('capillary', pointsIssued('genuine'), ACME_AUTH)).status).toBe(202);
  });
});
