import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { callAs, makeKey } from './support/admin-routes.js';
import { signIn } from './support/console-session.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { ADMIN_KEY, at, startTestHub, type TestHub, type TestHubOptions } from './support/test-hub.js';

const TOKEN = 'invented-token-1';
const brandFile = (brand: string): string => `
brand: ${brand}
sources: { shop: { adapter: json, auth: { bearer: ["\${env:TOKEN}"] } } }
destinations:
  crm:
    type: webhook
    credentials: { bearer: "\${env:TOKEN}" }
    settings: { url: "\${env:CRM_URL}" }
subscriptions:
  all: { source: shop, events: ["*"], destination: crm, mapping: { body: { n: "{{ data.n }}" } } }
`;

let receiver: Receiver;
let files: Pick<TestHubOptions, 'brands' | 'env'>;
let hub: TestHub;
/** Another process on the same database. */
let other: TestHub;
beforeAll(async () => {
  receiver = await startReceiver();
  files = {
    brands: { acme: brandFile('acme'), globex: brandFile('globex') },
    env: { TOKEN, CRM_URL: receiver.url },
  };
  hub = await startTestHub(files);
  other = await startApiProcess();
}, SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await other.close();
  await hub.close();
  await receiver.close();
});

/** Starts another process of the hub, which delivers nothing. */
function startApiProcess(): Promise<TestHub> {
  return startTestHub({ ...files, databaseUrl: hub.databaseUrl, environment: { PATCHBAY_ROLE: 'api' } });
}

/** Open stream of notices. */
interface Stream {
  readonly status: number;
  readonly headers: Headers;
  /** Text so far. */
  text(): string;
  /** Data of the notices so far. */
  notices(): readonly unknown[];
  hasEnded(): boolean;
  close(): void;
}

const streams: Stream[] = [];
afterEach(() => {
  for (const stream of streams.splice(0)) stream.close();
});

/** Opens a stream with a key, or with the headers of a session, and resolves when the hub has answered. */
async function open(of: TestHub, caller: string | Record<string, string>, brand = 'acme'): Promise<Stream> {
  const closing = new AbortController();
  const response = await fetch(`${of.url}/v1/brands/${brand}/live`, {
    headers: typeof caller === 'string' ? { authorization: `Bearer ${caller}` } : caller,
    signal: closing.signal,
  });
  let text = '';
  let ended = false;
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const read = async (): Promise<void> => {
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) text += part.value;
    ended = true;
  };
  read().catch(() => (ended = true));
  const stream: Stream = {
    status: response.status,
    headers: response.headers,
    text: () => text,
    notices: () =>
      [...text.matchAll(/^event: change\ndata: (.*)$/gm)].map(([, data = '']): unknown => JSON.parse(data)),
    hasEnded: () => ended,
    close: () => closing.abort(),
  };
  streams.push(stream);
  if (response.status === 200) await until(() => text.includes('event: ready'), { what: 'the first event' });
  return stream;
}

let sent = 0;
const send = async (brand: string): Promise<void> => {
  const body = { id: `e${++sent}`, type: 'orderPlaced', n: sent };
  const { status } = await hub.ingest(`${brand}/shop`, body, { authorization: `Bearer ${TOKEN}` });
  expect(status).toBe(202);
};
const sumOf = (stream: Stream, kind: 'events' | 'deliveries'): number =>
  stream.notices().reduce<number>((sum, notice) => sum + Number(at(notice, `${kind}.count`) ?? 0), 0);

describe('live notices', () => {
  it('tell of every new event and delivery once, in every process, without their content', async () => {
    const [here, there] = [await open(hub, ADMIN_KEY), await open(other, ADMIN_KEY)];
    expect(here.headers.get('content-type')).toContain('text/event-stream');
    expect(here.headers.get('cache-control')).toBe('no-store');
    for (let n = 0; n < 5; n += 1) await send('acme');
    for (const stream of [here, there]) {
      await until(() => sumOf(stream, 'events') >= 5 && sumOf(stream, 'deliveries') >= 5, { what: 'the notices' });
    }
    await send('acme');
    for (const stream of [here, there]) {
      await until(() => sumOf(stream, 'events') >= 6, { what: 'the next notice' });
      expect([sumOf(stream, 'events'), stream.text()]).toEqual([6, expect.not.stringContaining('orderPlaced')]);
    }
    const newest = at((await hub.admin('GET', '/v1/brands/acme/events?limit=1')).body, 'data.0.id');
    expect(here.notices().map((notice) => at(notice, 'events.newestId'))).toContain(newest);
  });

  it('tell nothing of another brand', async () => {
    const [acme, globex] = [await open(hub, ADMIN_KEY), await open(hub, ADMIN_KEY, 'globex')];
    await send('globex');
    await until(() => sumOf(globex, 'events') === 1, { what: 'the notice of the other brand' });
    await send('acme');
    await until(() => sumOf(acme, 'events') === 1, { what: 'the own notice' });
    expect(sumOf(globex, 'events')).toBe(1);
  });

  it('tell of a pause, which is not a new revision', async () => {
    const stream = await open(other, ADMIN_KEY);
    const { body } = await hub.admin('POST', '/v1/brands/acme/destinations/crm/pause', { reason: 'test' });
    expect(at(body, 'paused')).toBe(true);
    await until(() => stream.notices().some((notice) => Number(at(notice, 'pauseSeq')) > 0), { what: 'the pause' });
    expect(stream.notices().map((notice) => at(notice, 'revision'))).toEqual(stream.notices().map(() => null));
    await hub.admin('POST', '/v1/brands/acme/destinations/crm/resume');
  });

  it('are limited per key and refused to keys that may not read', async () => {
    const viewer = await makeKey(hub, { role: 'viewer', brands: ['acme'] });
    const opened = await Promise.all(Array.from({ length: 6 }, () => open(hub, viewer.key)));
    expect(opened.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    const refused = await open(hub, viewer.key);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10']);
    opened[0]?.close();
    await until(async () => (await open(hub, viewer.key)).status === 200, { what: 'a free connection' });
    expect((await open(hub, viewer.key, 'globex')).status).toBe(404);
    expect((await open(hub, (await makeKey(hub, { role: 'ingest' })).key)).status).toBe(403);
    expect((await open(hub, 'wrong')).status).toBe(401);
    expect((await callAs(hub, viewer.key, 'GET', '/v1/brands/acme/live?nonsense=1')).status).toBe(400);
  });

  it('end when the key is revoked, with the reason', async () => {
    const viewer = await makeKey(hub, { role: 'viewer' });
    const stream = await open(other, viewer.key);
    expect((await hub.admin('DELETE', `/v1/keys/${viewer.id}`)).status).toBe(204);
    await until(() => stream.hasEnded(), { what: 'the end of the stream', timeoutMs: 25_000 });
    expect(stream.text()).toContain('event: end\ndata: {"reason":"access"}');
  }, 40_000);

  it('are sent to a session of the console, and end with it', async () => {
    const headers = await signIn(hub);
    const stream = await open(hub, headers);
    await send('acme');
    await until(() => sumOf(stream, 'events') === 1, { what: 'the notice' });
    const signedOut = await fetch(`${hub.url}/v1/session`, { method: 'DELETE', headers });
    expect(signedOut.status).toBe(204);
    await until(() => stream.hasEnded(), { what: 'the end of the stream', timeoutMs: 25_000 });
    expect(stream.text()).toContain('event: end\ndata: {"reason":"access"}');
  }, 40_000);

  it(
    'end when the hub stops',
    async () => {
      const third = await startApiProcess();
      const stream = await open(third, ADMIN_KEY);
      await third.stop();
      await until(() => stream.hasEnded(), { what: 'the end of the stream' });
      expect(stream.text()).toContain('"reason":"shutdown"');
      await third.close();
    },
    SERVICE_TIMEOUT_MS,
  );
});

describe('the time series', () => {
  const series = (query = '') => hub.admin('GET', `/v1/brands/globex/stats/series${query}`);

  it('count the events and deliveries of a brand', async () => {
    await send('globex');
    const total = (body: unknown, field: string): number => {
      const points = at(body, 'points');
      return Array.isArray(points) ? points.reduce<number>((sum, one) => sum + Number(at(one, field)), 0) : 0;
    };
    await until(
      async () => {
        const { body } = await series();
        return total(body, 'accepted') >= 1 && total(body, 'delivered') === total(body, 'accepted');
      },
      { what: 'the counts', timeoutMs: 40_000 },
    );
    const minutes = (await series()).body;
    expect(minutes).toMatchObject({ step: '1m', countedUntil: expect.any(String) });
    const hours = (await series('?step=1h')).body;
    expect([total(hours, 'accepted'), total(hours, 'delivered')]).toEqual([
      total(minutes, 'accepted'),
      total(minutes, 'delivered'),
    ]);
    expect(total((await series('?destination=crm')).body, 'delivered')).toBe(total(minutes, 'delivered'));
  }, 60_000);

  it('have a point for each step of the range, and refuse other ranges', async () => {
    const { body } = await series('?from=2026-01-01T10:00:30Z&to=2026-01-01T10:05:00Z');
    expect(body).toMatchObject({ from: '2026-01-01T10:00:00.000Z', to: '2026-01-01T10:05:00.000Z' });
    expect(at(body, 'points.length')).toBe(5);
    expect(at(body, 'points.4')).toMatchObject({ at: '2026-01-01T10:04:00.000Z', accepted: 0, delivered: 0 });
    for (const [query, status] of [
      ['?from=2026-01-01&to=2026-01-03', 400],
      ['?step=1h&from=2026-01-01&to=2026-06-01', 400],
      ['?from=2026-01-02&to=2026-01-01', 400],
      ['?step=1d', 400],
      ['?by=state', 400],
      ['?destination=nobody', 404],
    ] as const) {
      expect([query, (await series(query)).status]).toEqual([query, status]);
    }
  });
});
