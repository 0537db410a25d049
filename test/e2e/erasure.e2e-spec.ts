import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ACME_AUTH, ACME_TOKEN } from './support/acme.js';
import { callAs, makeKey } from './support/admin-routes.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { searchDatabase } from './support/search-database.js';
import { at, startTestHub, type Answer, type TestHub } from './support/test-hub.js';

const ASHA = 700_200_301;
const RAVI = 700_200_302;
const PLANTED = ['919812345688', 'forgotten.planted@example.com', 'Planted-Forgotten', 'planted-vendor-echo'];
const THEN = Date.now() - 3_600_000;

const brand = (privacy: string): string => `
brand: acme
privacy: ${privacy}
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
recipients:
  order: [event, resolver]
  resolver:
    type: http
    url: "\${env:CRM}/{{ event.customerId }}"
    headers: { authorization: "Bearer \${env:ACME_TOKEN}" }
    cacheSeconds: 300
    mapping: { email: "{{ body.email }}" }
destinations:
  crm: { type: webhook, credentials: { bearer: "\${env:ACME_TOKEN}" }, settings: { url: "\${env:HOOK}" }, retry: { schedule: [0s] } }
  later: { type: webhook, credentials: { bearer: "\${env:ACME_TOKEN}" }, settings: { url: "\${env:HOOK}" } }
subscriptions:
  all:
    source: capillary
    events: ["*"]
    destination: crm
    mapping: { body: { id: "{{ event.id }}", type: "{{ event.type }}", customer: "{{ event.customerId }}", mail: "{{ recipient.email | default: '' }}" } }
  states:
    source: capillary
    events: ["points*"]
    destination: later
    mapping: { body: { id: "{{ event.id }}", customer: "{{ event.customerId }}" } }
    ordering: customer
`;

const person = (customerId: number): object => ({
  customerId,
  firstName: PLANTED[2],
  instore: { mobile: PLANTED[0], email: PLANTED[1] },
});

function event(eventName: string, eventId: string, data: object, createdAt = THEN): object {
  return {
    eventName,
    eventId,
    orgId: 90001,
    refId: `90001_${String(at(data, 'customerIdentifiers.customerId'))}`,
    apiRequestId: 'a1',
    createdAt,
    data,
  };
}
const points = (eventId: string, customerId: number, createdAt = THEN): object =>
  event('pointsIssued', eventId, { customerIdentifiers: person(customerId), totalPointsIssued: 10 }, createdAt);
const transfer = (eventId: string): object =>
  event('pointsTransferredReceived', eventId, {
    customerIdentifiers: person(RAVI),
    transferInitiatingCustomerIdentifiers: person(ASHA),
    totalPointsReceived: 10,
  });

/** Starts a fake CRM of a brand, which records its requests. */
async function startCrm(): Promise<{ url: string; asked: string[]; server: Server }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ email: PLANTED[1] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, server };
}

describe.each(['standard', 'pii-less'])('erasing a customer of a brand with privacy: %s', (privacy) => {
  let receiver: Receiver;
  let crm: Awaited<ReturnType<typeof startCrm>>;
  let hub: TestHub;
  const ids = new Map<string, string>();

  async function take(body: object): Promise<string> {
    const answer = await hub.ingest('acme/capillary', body, ACME_AUTH);
    expect(answer.status).toBe(202);
    const id = answer.events[0]?.id ?? '';
    ids.set(String(at(body, 'eventId')), id);
    return id;
  }
  const explained = (id: string): Promise<Answer> => hub.admin('GET', `/v1/brands/acme/events/${id}`);
  const forget = (id: number | string): Promise<Answer> => hub.admin('DELETE', `/v1/brands/acme/customers/${id}`);
  async function deliveriesOf(id: string): Promise<Record<string, unknown>[]> {
    const subscriptions = at((await explained(id)).body, 'subscriptions') as Record<string, unknown>[];
    return subscriptions.flatMap(({ delivery }) => (delivery === null ? [] : [delivery as Record<string, unknown>]));
  }
  const delivered = (id: string): boolean => receiver.received.some(({ body }) => body.includes(id));
  const receipts = async (): Promise<Record<string, unknown>[]> =>
    at((await hub.admin('GET', '/v1/brands/acme/erasures')).body, 'data') as Record<string, unknown>[];
  async function ended(id: string): Promise<void> {
    await until(async () => (await deliveriesOf(id)).some(({ status }) => status === 'succeeded'), {
      what: 'the delivery to have ended',
    });
  }

  beforeAll(async () => {
    receiver = await startReceiver();
    crm = await startCrm();
    hub = await startTestHub({
      brands: { acme: brand(privacy), globex: 'brand: globex\n' },
      env: { ACME_TOKEN, HOOK: receiver.url, CRM: crm.url },
    });
    await hub.admin('POST', '/v1/brands/acme/destinations/later/pause');
    for (const body of [points('e-1', ASHA), points('e-2', ASHA), transfer('e-3'), points('e-4', RAVI)]) {
      await ended(await take(body));
    }
  }, SERVICE_TIMEOUT_MS);

  afterAll(async () => {
    await hub.close();
    await receiver.close();
    await new Promise((resolve) => crm.server.close(resolve));
  });

  it('requires the admin role', async () => {
    const { key } = await makeKey(hub, { role: 'operator', brands: ['acme'] });
    expect((await callAs(hub, key, 'DELETE', `/v1/brands/acme/customers/${ASHA}`)).status).toBe(403);
    for (const id of ['%00', `%20${ASHA}`, `${ASHA}%C2%A0`]) expect((await forget(id)).status).toBe(400);
    expect((await forget('x'.repeat(201))).status).toBe(414);
    expect(await receipts()).toEqual([]);
    const { key: foreign } = await makeKey(hub, { role: 'admin', brands: ['globex'] });
    for (const [method, path] of [
      ['DELETE', `customers/${ASHA}`],
      ['GET', 'erasures'],
    ] as const) {
      expect((await callAs(hub, foreign, method, `/v1/brands/acme/${path}`)).status).toBe(404);
    }
  });

  it('erases all events that name the customer, cancels waiting deliveries, and returns a receipt', async () => {
    expect(await searchDatabase(hub.databaseUrl, [String(ASHA)])).not.toEqual([]);
    const replay = { filter: { customer: String(ASHA), status: 'dead' }, mapping: 'current' };
    expect((await hub.admin('POST', '/v1/brands/acme/replays', replay)).status).toBe(200);

    const answer = await forget(ASHA);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      ...{ state: 'done', requestedBy: 'PATCHBAY_ADMIN_KEY', events: 3, deliveries: 3, attempts: 3, eventId: null },
    });
    expect(await searchDatabase(hub.databaseUrl, [String(ASHA), ...PLANTED])).toEqual([]);
    expect(await searchDatabase(hub.databaseUrl, [String(RAVI), ids.get('e-1') ?? ''])).not.toEqual([]);
    expect([hub.log.join('\n'), answer.text].join('\n')).not.toContain(String(ASHA));

    expect(await receipts()).toEqual([answer.body]);
    const one = await hub.admin('GET', `/v1/brands/acme/erasures/${String(at(answer.body, 'id'))}`);
    expect(one.body).toEqual(answer.body);
    const audit = await hub.admin('GET', `/v1/audit?action=customer.forget`);
    expect(at(audit.body, 'data.0')).toMatchObject({ brand: 'acme', target: at(answer.body, 'tombstone') });
  });

  it('keeps erased events in lists with an explanation, and the other customer of a transfer', async () => {
    const { body, text } = await explained(ids.get('e-1') ?? '');
    expect(body).toMatchObject({
      ...{ type: 'pointsIssued', erasedAt: expect.any(String), data: {}, attributes: {}, customerIds: [] },
    });
    const [all, states] = at(body, 'subscriptions') as unknown[];
    expect(all).toMatchObject({ name: 'all', outcome: 'matched', delivery: { status: 'succeeded' } });
    expect(states).toMatchObject({ reason: 'customer forgotten', delivery: { status: 'cancelled', customerId: null } });
    expect(text).not.toContain(String(ASHA));
    expect((await explained(ids.get('e-3') ?? '')).body).toMatchObject({ data: {}, customerIds: [String(RAVI)] });
    const list = await hub.admin('GET', `/v1/brands/acme/events?customer=${RAVI}`);
    expect((at(list.body, 'data') as unknown[]).map((one) => at(one, 'id'))).toEqual([ids.get('e-4'), ids.get('e-3')]);
    const deliveryId = String(at(all, 'delivery.id'));
    const again = await hub.admin('POST', `/v1/brands/acme/deliveries/${deliveryId}/redeliver?force=true`);
    expect(again).toMatchObject({ status: 409 });
  });

  it('does not redeliver or replay erased events', async () => {
    const request = { filter: { from: '2020-01-01' }, mapping: 'current', dryRun: true };
    const { body } = await hub.admin('POST', '/v1/brands/acme/replays', request);
    expect(at(body, 'scanned')).toBe(1);
  });

  it('accepts ids of the same length and characters as sources do', async () => {
    for (const id of ['x'.repeat(200), encodeURIComponent('अ'.repeat(200))]) {
      const { status, body } = await forget(id);
      expect({ status, events: at(body, 'events') }).toEqual({ status: 200, events: 0 });
    }
  });

  it('returns an empty receipt for a second call', async () => {
    expect((await forget(ASHA)).body).toMatchObject({ state: 'done', events: 0, deliveries: 0, attempts: 0 });
  });

  it('erases late events, and stores events of a customer who registers again', async () => {
    expect((await hub.ingest('acme/capillary', points('e-1', ASHA), ACME_AUTH)).events[0]?.status).toBe('duplicate');
    const late = await take(points('e-5', ASHA));
    const anew = await take(
      event('customerAdded', 'e-6', { customerIdentifiers: { customerId: ASHA } }, Date.now() + 1),
    );
    await ended(anew);
    expect((await explained(late)).body).toMatchObject({ erasedAt: expect.any(String), data: {}, customerIds: [] });
    const outcomes = at((await explained(late)).body, 'subscriptions') as Record<string, unknown>[];
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['erased', 'erased']);
    expect(delivered(late)).toBe(false);
    expect((await explained(anew)).body).toMatchObject({ erasedAt: null, customerIds: [String(ASHA)] });
  });

  it('invalidates cached lookups about customers', async () => {
    const customer = 700_200_303;
    const asked = (): number => crm.asked.filter((url) => url.endsWith(String(customer))).length;
    const bare = (eventId: string): object =>
      event('customerUpdated', eventId, { customerIdentifiers: { customerId: customer } }, Date.now());
    let count = 0;
    const asks = async (): Promise<boolean> => {
      const before = asked();
      await ended(await take(bare(`e-7-${(count += 1)}`)));
      return asked() > before;
    };
    expect(await asks()).toBe(true);
    // Wait until the hub has processed the notice of the last erasure.
    await until(async () => !(await asks()), { what: 'an answer to be remembered' });
    await forget(700_200_304);
    await until(asks, { what: 'the resolver to be asked again' });
  });

  describe.each([
    ['customerUpdated', 'test/fixtures/deletions/customerUpdated.json'],
    ['requestUpdated', 'test/fixtures/events/requestUpdated.json'],
  ])("by Capillary's own event %s", (type, file) => {
    it('starts after a deletion event was delivered to its subscribers', async () => {
      const customer = type === 'customerUpdated' ? 700_100_209 : 700_100_210;
      const deletion = JSON.parse(readFileSync(file, 'utf8').replaceAll('700100209', String(customer))) as object;
      const past = await take(points(`p-${type}`, customer, 1_750_224_000_000));
      await ended(past);
      const { events } = await hub.ingest('acme/capillary', deletion, ACME_AUTH);
      const id = events[0]?.id ?? '';
      await until(async () => (await receipts()).some((one) => one['eventId'] === id && one['state'] === 'done'), {
        what: 'the receipt of the deletion',
        timeoutMs: 15_000,
      });
      expect(
        receiver.received.filter(({ body }) => body.includes(id)).map(({ body }) => JSON.parse(body) as unknown),
      ).toMatchObject([{ type, customer: String(customer) }]);
      expect((await receipts())[0]).toMatchObject({ requestedBy: 'hub', events: 2, deliveries: 1 });
      expect((await explained(id)).body).toMatchObject({ type, erasedAt: expect.any(String), data: {} });
      expect(await searchDatabase(hub.databaseUrl, [String(customer), 'kavya@example.com', 'no sesame'])).toEqual([]);
    });
  });
});
