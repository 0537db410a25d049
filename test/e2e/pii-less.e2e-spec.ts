import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { ACME_AUTH, ACME_TOKEN } from './support/acme.js';
import { endedDelivery } from './support/ended-delivery.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { searchDatabase } from './support/search-database.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const SHOP_AUTH = { authorization: `Bearer ${ACME_TOKEN}` };
const EMAIL = 'asha.planted@example.com';
const PHONE = '919812345670';
const OTHER_PHONE = '919812345671';
const PLANTED = [EMAIL, EMAIL.toUpperCase(), PHONE, OTHER_PHONE, '98123 45670', 'Planted-Nickname'];
const CUSTOMER = 700_200_401;
/** Customer id of the loyalty platform, which the hub stores unchanged. The search must find this id. */
const CONTROL = String(CUSTOMER);

/** Brand file with the `privacy` and `messaging` settings of the documented example. */
const BRAND = `
brand: acme
timezone: UTC
privacy: { mode: pii-less, keep: [data.totalPointsIssued], personal: [data.customFields.nickname] }
messaging: { caps: { sms: { max: 3, per: 1d } } }
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
  shop: { adapter: json, auth: { bearer: ["\${env:ACME_TOKEN}"] }, paths: { customerId: buyer } }
  stream: { adapter: cloudevents, auth: { bearer: ["\${env:ACME_TOKEN}"] } }
recipients:
  order: [resolver]
  resolver: { type: http, url: "\${env:CRM}/{{ event.customerId }}", mapping: { phone: "{{ body.mobile }}" } }
destinations:
  sms:
    type: http-sms
    credentials: { headers: { x-api-key: "\${env:ACME_TOKEN}" } }
    retry: { schedule: [0s] }
    settings: { request: { url: "\${env:SMS}", json: { to: "{{ to }}", text: "{{ body }}" } } }
  crm: { type: webhook, credentials: { bearer: "\${env:ACME_TOKEN}" }, settings: { url: "\${env:SMS}" } }
subscriptions:
  points-sms:
    source: capillary
    events: [pointsIssued]
    destination: sms
    mapping: { to: "+15005550006", body: "You earned {{ data.totalPointsIssued }} points." }
    messaging: { digest: 2s, cancelOn: [issuedPointsReversed] }
  orders:
    source: shop
    events: [ordered]
    destination: sms
    mapping: { to: "+15005550006", body: "Thank you" }
  welcome:
    source: shop
    events: [registered]
    destination: sms
    mapping: { to: "{{ recipient.phone }}", body: "Welcome" }
  states:
    source: stream
    events: ["*"]
    destination: crm
    mapping: { body: { customer: "{{ event.customerId }}" } }
    supersede: true
`;

/** The test events have e-mail addresses or phone numbers in every field that may contain an identifier. */
describe('a pii-less brand', () => {
  let hub: TestHub;
  let sms: Receiver;
  let crm: Receiver;

  beforeAll(async () => {
    [sms, crm] = [await startReceiver(), await startReceiver()];
    hub = await startTestHub({ brands: { acme: BRAND }, env: { ACME_TOKEN, SMS: sms.url, CRM: crm.url } });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
    await sms.close();
    await crm.close();
  });

  let events = 0;
  function capillary(eventName: string, data: object, also: object = {}): object {
    events += 1;
    return {
      eventName,
      eventId: `pii-${String(events)}`,
      orgId: 100_001,
      createdAt: Date.now() + events,
      data,
      ...also,
    };
  }
  async function take(source: string, body: object, headers: Record<string, string> = SHOP_AUTH): Promise<string> {
    const answer = await hub.ingest(`acme/${source}`, body, headers);
    expect([answer.status, answer.events.length]).toEqual([202, 1]);
    return answer.events[0]?.id ?? '';
  }
  const explained = async (id: string): Promise<unknown> =>
    (await hub.admin('GET', `/v1/brands/acme/events/${id}`)).body;
  const ended = (id: string): Promise<unknown> => endedDelivery(hub, id);
  async function idsOf(list: 'events' | 'deliveries', customer: string): Promise<unknown[]> {
    const { status, body } = await hub.admin('GET', `/v1/brands/acme/${list}?customer=${encodeURIComponent(customer)}`);
    expect(status).toBe(200);
    return (at(body, 'data') as unknown[]).map((one) => at(one, list === 'events' ? 'id' : 'eventId'));
  }

  it('stores no e-mail address and no phone number of any field', async () => {
    const planted = {
      customerIdentifiers: { customerId: ` ${EMAIL}`, loyaltyType: `+${PHONE}` },
      entityInformation: { entityType: EMAIL, entityId: `+${PHONE}` },
      totalPointsIssued: PHONE,
      programCurrentPoints: EMAIL,
      loyaltyProgramId: `+91 98123 45670`,
      customFields: { nickname: 'Planted-Nickname' },
      triggeringActivity: { name: `call +${PHONE}`, identifiers: [{ key: 'billId', value: PHONE }], requestId: EMAIL },
    };
    // For paths outside the catalogue, `keep` keeps every value, so the brand must make sure that none is personal.
    const { totalPointsIssued: _, ...elsewhere } = planted;
    const envelope = { eventId: `+${PHONE}`, refId: EMAIL, apiRequestId: `+${PHONE}`, loyaltyEventId: EMAIL };
    const ids = [
      await take('capillary', capillary('pointsIssued', planted, envelope), ACME_AUTH),
      await take('shop', {
        type: 'seen',
        id: `welcome:${PHONE}`,
        buyer: [EMAIL, PHONE, `+${OTHER_PHONE}`],
        data: elsewhere,
      }),
      await take('stream', {
        ...{ specversion: '1.0', type: 'seen', id: EMAIL, source: `tel:+${PHONE}`, subject: PHONE, phone: PHONE },
        data: elsewhere,
      }),
      await take('capillary', capillary('pointsIssued', { customerIdentifiers: { customerId: CUSTOMER } }), ACME_AUTH),
    ];
    await ended(ids[0] ?? '');
    const answers = await Promise.all(ids.map((id) => hub.admin('GET', `/v1/brands/acme/events/${id}`)));
    const told = [...hub.log, ...answers.map(({ text }) => text)].join('\n');
    for (const value of PLANTED) expect(told).not.toContain(value);
    expect(await searchDatabase(hub.databaseUrl, [CONTROL])).toEqual(
      expect.arrayContaining([expect.stringContaining('events_')]),
    );
    expect(await searchDatabase(hub.databaseUrl, PLANTED)).toEqual([]);
  });

  it('recognises a duplicate by its hashed id', async () => {
    const first = await hub.ingest('acme/shop', { type: 'seen', id: 'twice@example.com' }, SHOP_AUTH);
    const second = await hub.ingest('acme/shop', { type: 'seen', id: 'Twice@Example.com' }, SHOP_AUTH);
    expect([first, second].map(({ events: [one] }) => one?.status)).toEqual(['accepted', 'duplicate']);
    expect(second.events[0]?.id).toBe(first.events[0]?.id);
  });

  it('cancels by hashed references and merges the other events into a digest', async () => {
    const about = (value: string): object => ({
      customerIdentifiers: { customerId: CUSTOMER + 1 },
      totalPointsIssued: 50,
      triggeringActivity: { name: 'NewBill', identifiers: [{ key: 'billId', value }] },
    });
    const bodies = [
      capillary('pointsIssued', about('planted-bill-1')),
      capillary('pointsIssued', about('planted-bill-2')),
      capillary('issuedPointsReversed', about('planted-bill-3')),
      capillary('issuedPointsReversed', about('planted-bill-1')),
    ];
    const { events: accepted } = await hub.ingest('acme/capillary', bodies, ACME_AUTH);
    const [undone, kept] = await Promise.all([ended(accepted[0]?.id ?? ''), ended(accepted[1]?.id ?? '')]);
    expect(undone).toMatchObject({
      status: 'cancelled',
      reason: `cancelled by issuedPointsReversed ${accepted[3]?.id ?? ''}`,
    });
    expect(kept).toMatchObject({ status: 'succeeded' });
    expect(await searchDatabase(hub.databaseUrl, ['planted-bill'])).toEqual([]);
  });

  it('applies caps to all spellings of a customer id together', async () => {
    const ids: string[] = [];
    for (const buyer of ['cap@example.com', 'Cap@Example.com', ' cap@example.com', 'mailto:cap@example.com']) {
      ids.push(await take('shop', { type: 'ordered', id: `order-${String(ids.length)}`, buyer }));
      await ended(ids.at(-1) ?? '');
    }
    expect(await ended(ids[3] ?? '')).toMatchObject({
      ...{ status: 'suppressed', reason: 'cap: 3 sms per 1d, this would be number 4' },
    });
  });

  it('does not look up recipients by a hash, so the delivery ends without a recipient', async () => {
    const before = crm.received.length;
    const id = await take('shop', { type: 'registered', id: 'r-1', buyer: EMAIL });
    expect(await ended(id)).toMatchObject({ status: 'suppressed', reason: 'no recipient' });
    expect(crm.received.length).toBe(before);
    await take('shop', { type: 'registered', id: 'r-2', buyer: 'EXT-1' });
    await crm.atLeast(before + 1);
  });

  it('supersedes by the hashed id', async () => {
    await hub.admin('POST', '/v1/brands/acme/destinations/crm/pause');
    const state = (id: string, subject: string, time: string): object => ({
      ...{ specversion: '1.0', type: 'state', source: '/s', id, subject, time },
    });
    const older = await take('stream', state('s-1', '+91 99999 00000', '2026-01-01T00:00:00Z'));
    await take('stream', state('s-2', '919999900000', '2026-01-01T00:00:01Z'));
    await hub.admin('POST', '/v1/brands/acme/destinations/crm/resume');
    expect(await ended(older)).toMatchObject({ status: 'superseded' });
  });

  it('finds and erases a customer by e-mail address or phone number', async () => {
    const found = await idsOf('events', 'CAP@example.com');
    expect(found).toHaveLength(4);
    expect(await idsOf('deliveries', 'cap@example.com ')).toHaveLength(4);
    expect((await idsOf('events', `+${OTHER_PHONE}`)).length).toBeGreaterThan(0);
    expect(await idsOf('events', OTHER_PHONE)).toEqual(await idsOf('events', `+${OTHER_PHONE}`));
    expect(await idsOf('events', CONTROL)).toHaveLength(1);
    const replay = { filter: { customer: 'cap@example.com' }, mapping: 'current' };
    expect(at((await hub.admin('POST', '/v1/brands/acme/replays', replay)).body, 'scanned')).toBe(4);

    const timeline = await hub.admin('GET', '/v1/brands/acme/customers/cap@example.com/timeline');
    expect((at(timeline.body, 'data') as unknown[]).map((one) => at(one, 'id'))).toEqual(found);
    expect(at(timeline.body, 'customerId')).toEqual(expect.stringMatching(/^hash:/));
    const lookup = await hub.admin('GET', '/v1/brands/acme/lookup?id=Cap@example.com');
    expect(at(lookup.body, 'data')).toMatchObject([{ kind: 'customer', id: at(timeline.body, 'customerId') }]);
    for (const { text } of [timeline, lookup]) expect(text).not.toMatch(/cap@example/i);

    const receipt = await hub.admin('DELETE', '/v1/brands/acme/customers/Cap@Example.com');
    expect(receipt.body).toMatchObject({ state: 'done', events: 4 });
    expect(await idsOf('events', 'cap@example.com')).toEqual([]);
    expect(await explained(String(found[0]))).toMatchObject({ erasedAt: expect.any(String), customerIds: [] });
    const late = { type: 'seen', id: 'late', occurredAt: '2026-01-01T00:00:00Z', buyer: 'cap@example.com' };
    expect(await explained(await take('shop', late))).toMatchObject({ erasedAt: expect.any(String) });
    const told = [...hub.log, receipt.text].join('\n');
    expect(told).not.toMatch(/cap(@|%40)example/i);
    expect(await searchDatabase(hub.databaseUrl, ['cap@example.com', 'Cap@Example.com', ...PLANTED])).toEqual([]);
  });

  it('finds and erases a customer also in the form of the previous privacy mode', async () => {
    const brand = '/v1/brands/globex';
    await hub.admin('POST', '/v1/brands', { name: 'globex', privacy: 'standard' });
    const auth = { headers: { 'x-globex-token': ['invented-globex-token'] } };
    await hub.admin('POST', `${brand}/sources`, { name: 'shop', adapter: 'json', auth });
    const send = async (id: string): Promise<string> => {
      const body = { type: 'seen', id, customerId: 'both@example.com' };
      const answer = await hub.ingest('globex/shop', body, { 'x-globex-token': 'invented-globex-token' });
      return answer.events[0]?.id ?? '';
    };
    const listed = async (): Promise<unknown[]> => {
      const { body } = await hub.admin('GET', `${brand}/events?customer=both@example.com`);
      return (at(body, 'data') as unknown[]).map((one) => at(one, 'id'));
    };
    const before = await send('1');
    expect((await hub.admin('PATCH', brand, { privacy: 'pii-less' })).status).toBe(200);
    expect(await listed()).toEqual([before]);
    const after = await send('2');
    expect(await listed()).toEqual([after]);
    await hub.admin('DELETE', `${brand}/customers/both@example.com`);
    const { body } = await hub.admin('GET', `${brand}/erasures`);
    expect((at(body, 'data') as unknown[]).map((one) => at(one, 'events'))).toEqual([1, 1]);
    expect(await searchDatabase(hub.databaseUrl, ['both@example.com'])).toEqual([]);
  });
});

it(
  'is what the documented example of a brand describes, which applies',
  async () => {
    // This is the documented example without the parts that do not exist yet: `route`, `renamedFrom` and the type
    // whatsapp-twilio. The example's `platform` is written as an enrichment.
    const yaml = readFileSync(new URL('../fixtures/brands/acme.yaml', import.meta.url), 'utf8');
    expect(yaml).toContain('mode: pii-less');
    expect(yaml).toContain('cancelOn: [issuedPointsReversed]');
    const names = [...yaml.matchAll(/\$\{env:(\w+)\}/g)].map(([, name = '']) => name);
    const env = Object.fromEntries(names.map((name) => [name, `invented-value-of-${name}`]));
    const account = { project_id: 'acme-app', client_email: 'hub@acme.example', private_key: 'invented' };
    const shaped = {
      TWILIO_SID: `AC${'0a'.repeat(16)}`,
      SENDGRID_KEY: 'SG.invented',
      FCM_SERVICE_ACCOUNT: JSON.stringify(account),
    };
    const hub = await startTestHub({
      brands: { acme: yaml },
      env: { ...env, ...shaped },
    });
    try {
      expect(hub.log.filter((line) => line.includes('problems'))).toEqual([]);
      const { body } = await hub.admin('GET', '/v1/brands/acme/subscriptions');
      expect((at(body, 'data') as unknown[]).map((one) => at(one, 'name'))).toEqual(['points-magento', 'points-sms']);
    } finally {
      await hub.close();
    }
  },
  SERVICE_TIMEOUT_MS,
);
