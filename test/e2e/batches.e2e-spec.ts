import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startSandbox, type StartedSandbox } from '@patchbay/testing';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ROOT } from '../architecture/tree.js';
import recordsSandbox, { KEY } from '../fixtures/records-plugin/sandbox.js';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from './support/acme.js';
import { packAndInstall, type InstalledPackage } from './support/installed-package.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const NAME = '@acme/patchbay-records';

/** Brand that sends every event to a vendor with batches of 75 records, and to a webhook with batches of 50 messages. */
const brand = `
brand: acme
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
destinations:
  records:
    type: acme-records
    credentials: { apiKey: "\${env:RECORDS_KEY}" }
    settings: { url: "\${env:RECORDS_URL}" }
    retry: { schedule: [0s, 1s, 1s, 1s] }
  hook:
    type: webhook
    credentials: { bearer: "\${env:CRM_BEARER}" }
    settings: { url: "\${env:CRM_URL}", batch: { size: 50, within: 500 } }
subscriptions:
  records:
    source: capillary
    events: ["*"]
    destination: records
    mapping: { customer: "{{ data.member }}", event: "{{ event.type }}" }
  hook:
    source: capillary
    events: ["*"]
    destination: hook
    mapping: { body: { id: "{{ event.id }}" } }
`;

describe('destinations with batches', () => {
  const here = process.cwd();
  let installed: InstalledPackage;
  let vendor: StartedSandbox;
  let receiver: Receiver;
  let hub: TestHub;
  let sent = 0;

  beforeAll(async () => {
    installed = await packAndInstall(join(ROOT, 'test', 'fixtures', 'records-plugin'), NAME);
    vendor = await startSandbox(recordsSandbox);
    receiver = await startReceiver();
    // The hub resolves packages from its working directory, so the test changes this directory.
    process.chdir(installed.folder);
    hub = await startTestHub({
      hubFile: `plugins: ["${NAME}"]\n`,
      brands: { acme: brand },
      env: {
        ...{ ACME_TOKEN, CRM_URL: receiver.url, CRM_BEARER: 'invented-bearer-token' },
        ...{ RECORDS_URL: vendor.sandbox.baseUrl, RECORDS_KEY: KEY },
      },
    });
  }, SERVICE_TIMEOUT_MS);
  beforeEach(() => {
    vendor.sandbox.clear();
  });
  afterAll(async () => {
    await hub.close();
    await receiver.close();
    await vendor.stop();
    process.chdir(here);
    installed.remove();
  }, SERVICE_TIMEOUT_MS);

  /** Sends events of these members. Returns the ids of the events. */
  async function ingest(members: readonly string[]): Promise<string[]> {
    const ids: string[] = [];
    for (const member of members) {
      sent += 1;
      const { status, events } = await hub.ingest(
        'acme/capillary',
        pointsIssued(`e-${sent}`, 1, { member }),
        ACME_AUTH,
      );
      expect(status).toBe(202);
      ids.push(...events.map(({ id }) => id));
    }
    return ids;
  }
  const deliveries = async (query: string): Promise<readonly unknown[]> => {
    const { body } = await hub.admin('GET', `/v1/brands/acme/deliveries?limit=200&${query}`);
    return at(body, 'data') as readonly unknown[];
  };
  const count = async (destination: string, status: string): Promise<number> =>
    (await deliveries(`destination=${destination}&status=${status}`)).length;
  const keysAtVendor = (): string[] => vendor.sandbox.inbox.map(({ text }) => text.split(' ')[0] ?? '');

  it('deliver many events in few calls, with an outcome per event', async () => {
    const members = Array.from({ length: 100 }, (_, index) => (index % 25 === 7 ? 'unknown' : `member-${index}`));
    const ids = await ingest(members);
    const ended = async (): Promise<boolean> =>
      (await count('records', 'succeeded')) === 96 &&
      (await count('records', 'dead')) === 4 &&
      (await count('hook', 'succeeded')) === 100;
    await until(ended, { what: 'all deliveries to end', timeoutMs: 60_000 });

    expect(new Set(keysAtVendor()).size).toBe(96);
    const perCall = vendor.sandbox.requests.map((request) => recordsSandbox.batch?.count(request) ?? 0);
    expect(perCall.reduce((sum, size) => sum + size)).toBe(100);
    expect(perCall.length).toBeLessThan(50);

    const bodies = receiver.received.map(({ body }): unknown => JSON.parse(body)).flat();
    expect(bodies.map((body) => at(body, 'id')).sort()).toEqual([...ids].sort());
    const webhookIds = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(webhookIds).size).toBe(receiver.received.length);
    expect(receiver.received.length).toBeLessThan(50);
  }, 120_000);

  it('show the batch of a delivery, its item and its size', async () => {
    const [first] = await deliveries('destination=records&status=dead');
    const { body } = await hub.admin('GET', `/v1/brands/acme/deliveries/${String(at(first, 'id'))}`);
    const place = { id: expect.stringMatching(/^[0-9a-f-]{36}$/), item: expect.any(Number), size: expect.any(Number) };
    expect(at(body, 'attempts.0')).toMatchObject({ outcome: 'rejected', vendorCode: 'E17', batch: place });
    expect(at(body, 'batch')).toEqual(at(body, 'attempts.0.batch'));
    const explained = await hub.admin('GET', `/v1/brands/acme/events/${String(at(first, 'eventId'))}`);
    const outcomes = at(explained.body, 'subscriptions') as readonly unknown[];
    expect(outcomes.map((outcome) => at(outcome, 'delivery.batch.item'))).toContain(at(body, 'batch.item'));
  }, 120_000);

  it('send each record alone after the answer to its batch was lost, and none arrives twice', async () => {
    const before = await count('records', 'succeeded');
    vendor.sandbox.next({ kind: 'resetAfterRead' });
    await ingest(Array.from({ length: 20 }, (_, index) => `later-${index}`));
    await until(async () => (await count('records', 'succeeded')) === before + 20, {
      what: 'the deliveries to succeed',
      timeoutMs: 60_000,
    });
    expect(new Set(keysAtVendor()).size).toBe(20);
    expect(vendor.sandbox.received).toBe(20);
    const alone = vendor.sandbox.requests.filter((request) => recordsSandbox.batch?.count(request) === 1);
    expect(alone.length).toBeGreaterThan(0);
  }, 120_000);
});
