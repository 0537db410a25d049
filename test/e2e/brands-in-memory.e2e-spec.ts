import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const TOKEN = 'invented-token-1';
const BRANDS = Array.from({ length: 12 }, (_, index) => `brand-${index}`);
const PAUSED = BRANDS.slice(0, 4);
const brandFile = (brand: string): string => `
brand: ${brand}
sources: { shop: { adapter: json, auth: { bearer: ["\${env:TOKEN}"] } } }
destinations:
  crm:
    type: webhook
    credentials: { bearer: "\${env:TOKEN}" }
    settings: { url: "\${env:CRM_URL}" }
subscriptions:
  all: { source: shop, events: ["*"], destination: crm, mapping: { body: { text: "{{ data.text }}" } } }
`;

let receiver: Receiver;
let hub: TestHub;
let sent = 0;

beforeAll(async () => {
  receiver = await startReceiver();
  hub = await startTestHub({
    brands: Object.fromEntries(BRANDS.map((brand) => [brand, brandFile(brand)])),
    env: { TOKEN, CRM_URL: receiver.url },
  });
}, SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await hub.close();
  await receiver.close();
});

/** Posts one event of each brand at the same time. Returns the ids of the events by brand. */
async function ingestAll(text: string): Promise<ReadonlyMap<string, string>> {
  const posts = BRANDS.map(async (brand) => {
    const event = { type: 'noted', id: `e-${(sent += 1)}`, data: { text: `${brand} ${text}` } };
    const { status, events } = await hub.ingest(`${brand}/shop`, event, { authorization: `Bearer ${TOKEN}` });
    expect(status).toBe(202);
    return [brand, events[0]?.id ?? ''] as const;
  });
  return new Map(await Promise.all(posts));
}

/** Ingests events of all brands until the work is done, and once more after it. */
async function whileIngesting(work: () => Promise<void>): Promise<void> {
  const done = new AbortController();
  const working = work().finally(() => done.abort());
  do await ingestAll('meanwhile');
  while (!done.signal.aborted);
  await working;
  await ingestAll('meanwhile');
}

/** Returns the value of a metric without labels. */
async function metric(name: string): Promise<number> {
  const { text } = await hub.admin('GET', '/metrics');
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  if (line === undefined) throw new Error(`The hub has no metric ${name}.`);
  return Number(line.slice(name.length));
}

const loads = (): Promise<number> => metric('patchbay_configuration_brand_loads_total');
const stale = (): Promise<number> => metric('patchbay_ingest_stale_calls_total');

/** Waits until the receiver got a message of each brand with the text. */
async function received(brands: readonly string[], text: string): Promise<void> {
  const isReceived = (brand: string): boolean =>
    receiver.received.some(({ body }) => body.includes(`${brand} ${text}"`));
  await until(() => brands.every(isReceived), { what: `the messages "${text}"`, timeoutMs: 20_000 });
}

describe('the brands in memory', () => {
  it('are loaded when they are needed, and only once', async () => {
    expect(await loads()).toBe(0);
    await ingestAll('first');
    await received(BRANDS, 'first');
    await ingestAll('second');
    await received(BRANDS, 'second');
    expect(await loads()).toBe(BRANDS.length);
    expect(await metric('patchbay_configuration_brands')).toBe(BRANDS.length);
  });

  it('are neither loaded again nor stale while destinations are paused and all brands ingest', async () => {
    const before = await loads();
    await whileIngesting(async () => {
      for (const brand of PAUSED) {
        const { status } = await hub.admin('POST', `/v1/brands/${brand}/destinations/crm/pause`, { reason: 'A test.' });
        expect(status).toBe(200);
      }
    });
    const last = await ingestAll('after the pauses');
    await received(
      BRANDS.filter((brand) => !PAUSED.includes(brand)),
      'after the pauses',
    );
    for (const brand of PAUSED) {
      const { body } = await hub.admin('GET', `/v1/brands/${brand}/events/${last.get(brand) ?? ''}`);
      expect(at(body, 'subscriptions.0.delivery.status')).toBe('held');
    }
    expect([await loads(), await stale()]).toEqual([before, 0]);
  });

  it('are loaded again one by one when they change', async () => {
    const before = await loads();
    await whileIngesting(async () => {
      const body = { adapter: 'json', auth: { bearer: [TOKEN] } };
      const { status } = await hub.admin('POST', '/v1/brands/brand-10/sources', { name: 'other', ...body });
      expect(status).toBe(201);
    });
    expect(await loads()).toBe(before + 1);
  });
});
