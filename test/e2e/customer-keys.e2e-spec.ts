import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import pg from 'pg';
import { ACME_AUTH, ACME_TOKEN } from './support/acme.js';
import { endedDelivery } from './support/ended-delivery.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { searchDatabase } from './support/search-database.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const SHOP_AUTH = { authorization: `Bearer ${ACME_TOKEN}` };
const DELETED = { currentLabel: 'Deleted' };

const brand = (privacy: string): string => `
brand: acme
timezone: UTC
privacy: ${privacy}
messaging: { caps: { sms: { max: 2, per: 1d } } }
sources:
  capillary:
    adapter: capillary
    auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } }
    customer: "{{ data.customerIdentifiers.instore.mobile | default: data.customerIdentifiers.instore.email }}"
  shop:
    adapter: json
    auth: { bearer: ["\${env:ACME_TOKEN}"] }
    customer: "{{ data.phone }}"
destinations:
  sms:
    type: http-sms
    credentials: { headers: { x-api-key: "\${env:ACME_TOKEN}" } }
    retry: { schedule: [0s] }
    settings: { request: { url: "\${env:SMS}", json: { to: "{{ to }}", text: "{{ body }}" } } }
subscriptions:
  points:
    source: capillary
    events: [pointsIssued]
    destination: sms
    mapping: { to: "+15005550006", body: "for {{ event.customerId | default: 'no id' }}" }
  orders:
    source: shop
    events: [ordered]
    destination: sms
    mapping: { to: "+15005550006", body: "ordered" }
    messaging: { purpose: transactional, sendAfter: 2s, cancelOn: { events: [returned], reference: data.orderNumber } }
`;

describe.each(['standard', 'pii-less'])('customers whose source picks their key, with privacy: %s', (privacy) => {
  let hub: TestHub;
  let sms: Receiver;
  let events = 0;
  let people = 0;

  beforeAll(async () => {
    sms = await startReceiver();
    hub = await startTestHub({ brands: { acme: brand(privacy) }, env: { ACME_TOKEN, SMS: sms.url } });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
    await sms.close();
  });

  /** Returns a new person, and the data of an event of the person with some of the identifiers. */
  function person() {
    people += 1;
    const [customerId, mobile] = [700_200_500 + people, String(15_005_550_100 + people)];
    return {
      id: String(customerId),
      phone: `+${mobile}`,
      mobile,
      byMobile: { customerIdentifiers: { instore: { mobile } } },
      byId: { customerIdentifiers: { customerId } },
      byBoth: { customerIdentifiers: { customerId, instore: { mobile } } },
    };
  }
  async function send(source: string, body: object, headers: Record<string, string>): Promise<string> {
    const answer = await hub.ingest(`acme/${source}`, body, headers);
    expect([answer.status, answer.events.length]).toEqual([202, 1]);
    return answer.events[0]?.id ?? '';
  }
  function ingest(data: object, eventName = 'pointsIssued', createdAt = Date.now() - 60_000): Promise<string> {
    events += 1;
    const ids = { eventName, eventId: `keys-${events}`, orgId: 100_001, createdAt };
    return send('capillary', { ...ids, data: { totalPointsIssued: 5, ...data } }, ACME_AUTH);
  }
  function order(type: string, orderNumber: string, phone: string): Promise<string> {
    events += 1;
    return send('shop', { type, id: `order-${events}`, data: { orderNumber, phone } }, SHOP_AUTH);
  }
  const event = async (id: string): Promise<unknown> => (await hub.admin('GET', `/v1/brands/acme/events/${id}`)).body;
  const ended = (id: string): Promise<unknown> => endedDelivery(hub, id);
  async function found(list: 'events' | 'deliveries', customer: string): Promise<unknown[]> {
    const query = `customer=${encodeURIComponent(customer)}&limit=100`;
    const { status, body } = await hub.admin('GET', `/v1/brands/acme/${list}?${query}`);
    expect(status).toBe(200);
    return (at(body, 'data') as readonly unknown[]).map((one) => at(one, list === 'events' ? 'id' : 'eventId')).sort();
  }

  it('hold a cap of two for events with a mobile number only, in any spelling', async () => {
    const { mobile } = person();
    const ids: string[] = [];
    for (const spelling of [mobile, `+${mobile}`, `+1 500 555 0${mobile.slice(-3)}`, mobile, mobile]) {
      ids.push(await ingest({ customerIdentifiers: { instore: { mobile: spelling } } }));
      await ended(ids.at(-1) ?? '');
    }
    const deliveries = await Promise.all(ids.map(ended));
    expect(deliveries.map((one) => at(one, 'status'))).toEqual([
      ...['succeeded', 'succeeded', 'suppressed', 'suppressed', 'suppressed'],
    ]);
    expect(at(deliveries[4], 'reason')).toBe('cap: 2 sms per 1d, this would be number 3');
  });

  it('are not picked by a path that events do not have, so a save of the source warns about it', async () => {
    const sources = '/v1/brands/acme/sources';
    const customer = '{{ data.customerIdentifiers.instore.mobil }}';
    const created = await hub.admin('POST', sources, {
      ...{ name: 'typo', adapter: 'capillary', auth: { bearer: ['invented-token-0001'] }, customer },
    });
    expect([created.status, at(created.body, 'warnings')]).toEqual([
      201,
      [
        {
          field: 'customer',
          message: expect.stringContaining('Did you mean "data.customerIdentifiers.instore.mobile"?'),
        },
      ],
    ]);
    const changed = await hub.admin('PATCH', `${sources}/typo`, { customer: customer.replace('mobil', 'mobile') });
    expect([changed.status, at(changed.body, 'warnings')]).toEqual([200, []]);
    expect((await hub.admin('DELETE', `${sources}/typo`)).status).toBe(204);
  });

  it('are found by either id, with all their events, and keep their id of the platform in messages', async () => {
    const { id, phone, mobile, byMobile, byId, byBoth } = person();
    const ids = [await ingest(byMobile), await ingest(byId)];
    expect(await found('events', id)).toEqual([ids[1]]);
    ids.push(await ingest(byBoth));
    for (const one of ids) await ended(one);
    for (const spelling of [id, phone, mobile]) {
      expect(await found('events', spelling)).toEqual(ids.toSorted());
      expect(await found('deliveries', spelling)).toEqual(ids.toSorted());
      const timeline = await hub.admin('GET', `/v1/brands/acme/customers/${encodeURIComponent(spelling)}/timeline`);
      expect(at(timeline.body, 'data')).toHaveLength(3);
    }
    expect(await found('events', '+15005550006')).toEqual([]);
    expect(sms.received.map(({ body }) => at(JSON.parse(body), 'text'))).toEqual(
      expect.arrayContaining([`for ${id}`, 'for no id']),
    );
    expect(at(await event(ids[2] ?? ''), 'customerIds')).toHaveLength(2);
  });

  it('are erased with the events of their mobile number if the platform deletes their id', async () => {
    const { id, phone, byMobile, byId, byBoth } = person();
    const other = person();
    const ids = [await ingest(byMobile), await ingest(byBoth), await ingest(byId)];
    const kept = await ingest(other.byBoth);
    for (const one of [...ids, kept]) await ended(one);
    await ingest({ ...byId, customerStatus: DELETED }, 'customerUpdated');
    await until(
      async () => {
        const { body } = await hub.admin('GET', '/v1/brands/acme/erasures');
        const receipts = at(body, 'data') as readonly unknown[];
        return receipts.length > 1 && receipts.every((one) => at(one, 'state') === 'done');
      },
      { what: 'the erasure of both ids', timeoutMs: 30_000 },
    );
    for (const one of [id, phone]) expect(await found('events', one)).toEqual([]);
    for (const one of ids) expect(at(await event(one), 'erasedAt')).not.toBeNull();
    expect(at(await event(kept), 'erasedAt')).toBeNull();
    expect(await searchDatabase(hub.databaseUrl, [id, phone])).toEqual([]);
    // An older event that arrives late has the erased key only.
    const late = await ingest(byMobile, 'pointsIssued', Date.now() - 3_600_000);
    expect(at(await event(late), 'erasedAt')).not.toBeNull();
  });

  it('are erased by either id at the request of a person', async () => {
    for (const name of ['id', 'mobile', 'phone'] as const) {
      const one = person();
      const ids = [await ingest(one.byMobile), await ingest(one.byBoth), await ingest(one.byId)];
      for (const each of ids) await ended(each);
      const answer = await hub.admin('DELETE', `/v1/brands/acme/customers/${encodeURIComponent(one[name])}`);
      expect(answer.status).toBe(200);
      for (const each of ids) expect(at(await event(each), 'erasedAt')).not.toBeNull();
      expect(await searchDatabase(hub.databaseUrl, [one.id, one.phone])).toEqual([]);
    }
  });

  it('have an erasure of each id before the first erasure runs, so that a crash leaves no id out', async () => {
    const one = person();
    const ids = [await ingest(one.byId), await ingest(one.byBoth), await ingest(one.byMobile)];
    for (const each of ids) await ended(each);
    const database = new pg.Client({ connectionString: hub.databaseUrl });
    await database.connect();
    try {
      await database.query('BEGIN');
      await database.query('SELECT FROM events WHERE id = ANY ($1::uuid[]) FOR UPDATE', [ids]);
      const answer = hub.admin('DELETE', `/v1/brands/acme/customers/${one.id}`);
      await until(
        async () => (await database.query('SELECT FROM erasures WHERE ended_at IS NULL')).rows.length > 1 || undefined,
        { what: 'the erasures of both ids', timeoutMs: 4_000 },
      ).finally(() => database.query('COMMIT'));
      expect((await answer).status).toBe(200);
    } finally {
      await database.end();
    }
    for (const each of ids) expect(at(await event(each), 'erasedAt')).not.toBeNull();
  });

  it('have messages that an event with the same reference cancels, without an entry in keep', async () => {
    const { phone } = person();
    const cancelled = await order('ordered', 'planted-order-17', phone);
    const sent = await order('ordered', 'planted-order-18', phone);
    const cancelling = await order('returned', 'planted-order-17', phone);
    expect(await ended(cancelled)).toMatchObject({
      status: 'cancelled',
      reason: `cancelled by returned ${cancelling}`,
    });
    expect(await ended(sent)).toMatchObject({ status: 'succeeded' });
  });

  if (privacy === 'pii-less') {
    it('are stored as keyed hashes only', async () => {
      const { id, mobile, byBoth } = person();
      await ended(await ingest(byBoth));
      await ended(await order('ordered', 'planted-order-19', `+${mobile}`));
      expect(await searchDatabase(hub.databaseUrl, [id])).not.toEqual([]);
      expect(await searchDatabase(hub.databaseUrl, [mobile, 'planted-order'])).toEqual([]);
    });
  }

  it('are refused if the template is not a path, and a path of the body is refused for Capillary', async () => {
    const change = (body: object) => hub.admin('POST', '/v1/brands/acme/sources', body);
    const source = { name: 'more', adapter: 'capillary', auth: { bearer: ['a-long-secret'] } };
    const refused = await change({ ...source, customer: '{{ data.a | upcase }}' });
    expect([refused.status, at(refused.body, 'errors.0.field')]).toEqual([422, 'customer']);
    const ignored = await change({ ...source, paths: { customerId: 'customerIdentifiers.instore.mobile' } });
    expect(ignored.status).toBe(422);
    expect(at(ignored.body, 'errors.0.detail')).toContain('customer: "{{ data.customerIdentifiers.instore.mobile }}"');
  });
});
