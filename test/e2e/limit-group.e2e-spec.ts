import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from './support/acme.js';
import { startReceiver, type Received, type Receiver } from './support/receiver.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const RATE = { ratePerSecond: 40, burst: 4, concurrency: 3 };
const EVENTS = 150;
const WINDOWS_SECONDS = [1, 10];

const BRAND = `
brand: acme
sources:
  capillary:
    adapter: capillary
    auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } }
destinations:
  shop:
    type: webhook
    credentials: { bearer: "\${env:BEARER}" }
    settings: { url: "\${env:SHOP_URL}" }
    limits: { group: account, ratePerSecond: ${RATE.ratePerSecond}, burst: ${RATE.burst} }
  club:
    type: webhook
    credentials: { bearer: "\${env:BEARER}" }
    settings: { url: "\${env:CLUB_URL}" }
    limits: { group: account, concurrency: ${RATE.concurrency} }
subscriptions:
  shop:
    source: capillary
    events: ["*"]
    when: { data.skip: { $ne: shop } }
    destination: shop
    mapping: { body: { id: "{{ event.id }}" } }
  club:
    source: capillary
    events: ["*"]
    when: { data.skip: { $ne: club } }
    destination: club
    mapping: { body: { id: "{{ event.id }}" } }
`;

let vendor: Receiver;
let hubs: TestHub[] = [];

beforeAll(async () => {
  vendor = await startReceiver();
  const env = {
    ACME_TOKEN,
    BEARER: 'invented-bearer-token',
    SHOP_URL: `${vendor.url}/shop`,
    CLUB_URL: `${vendor.url}/club`,
  };
  const first = await startTestHub({ brands: { acme: BRAND }, env });
  const { databaseUrl, configDirectory } = first;
  hubs = [first, await startTestHub({ databaseUrl, configDirectory, env })];
}, SERVICE_TIMEOUT_MS);

afterAll(async () => {
  for (const hub of hubs.toReversed()) await hub.close();
  await vendor.close();
}, SERVICE_TIMEOUT_MS);

it('two destinations of one account together obey the limits of their group, and both make progress', async () => {
  const events = Array.from({ length: EVENTS }, (_, index) => pointsIssued(`group-${index}`));
  // Each process gets a part of the events.
  await Promise.all(
    hubs.map(async (hub, index) => {
      const part = events.filter((_, position) => position % hubs.length === index);
      expect((await hub.ingest('acme/capillary', part, ACME_AUTH)).status).toBe(202);
    }),
  );
  const { received } = vendor;
  const what = 'all messages at the vendor';
  await until(() => received.length >= 2 * EVENTS, { what, timeoutMs: 100_000 });
  expect(new Set(received.map(({ path, body }) => `${path} ${body}`)).size).toBe(2 * EVENTS);

  const times = received.map((request) => request.at).sort((a, b) => a - b);
  for (const seconds of WINDOWS_SECONDS) {
    const most = Math.max(
      ...times.map((from) => times.filter((to) => to >= from && to < from + 1_000 * seconds).length),
    );
    expect(most).toBeLessThanOrEqual(seconds * RATE.ratePerSecond + RATE.burst + RATE.concurrency);
  }
  // While both destinations had due deliveries, each got about half of the calls.
  const shopInFirstHalf = received.slice(0, EVENTS).filter(({ path }) => path.endsWith('/shop')).length;
  expect(shopInFirstHalf).toBeGreaterThan(EVENTS / 4);
  expect(shopInFirstHalf).toBeLessThan((3 * EVENTS) / 4);
}, 150_000);

it('a destination of the group waits while the vendor throttles another one', async () => {
  const [hub] = hubs;
  if (hub === undefined) throw new Error('There is no hub.');
  const destination = async (): Promise<unknown> => (await hub.admin('GET', '/v1/brands/acme/destinations/shop')).body;
  expect(at(await destination(), 'limits.group')).toBe('account');

  const before = vendor.received.length;
  vendor.answer(429, { 'retry-after': '5' });
  await hub.ingest('acme/capillary', pointsIssued('throttled', 1, { skip: 'club' }), ACME_AUTH);
  const throttled = (await vendor.atLeast(before + 1)).at(before);
  vendor.answer(204);
  const isBlocked = async (): Promise<boolean> => at(await destination(), 'health.circuitBreaker') !== 'closed';
  await until(isBlocked, { what: 'the throttled destination to be blocked', timeoutMs: 30_000 });
  await hub.ingest('acme/capillary', pointsIssued('other', 1, { skip: 'shop' }), ACME_AUTH);

  const ofClub = (): Received | undefined => vendor.received.slice(before).find(({ path }) => path.endsWith('/club'));
  await until(() => ofClub() !== undefined, { what: 'the message of the other destination', timeoutMs: 60_000 });
  expect((ofClub()?.at ?? 0) - (throttled?.at ?? 0)).toBeGreaterThanOrEqual(5_000);
}, 120_000);
