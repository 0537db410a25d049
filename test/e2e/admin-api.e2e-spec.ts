import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { adminRoutes } from './support/admin-routes.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type Answer, type TestHub } from './support/test-hub.js';

const SECRETS = {
  ACME_TOKEN: 'invented-source-token',
  ACME_TOKEN_OLD: 'invented-source-token-before',
  CRM_BEARER: 'invented-bearer-token',
  SHOP_PASSWORD: 'invented-shop-password',
};
const AUTH = { 'x-acme-token': SECRETS.ACME_TOKEN };
const MOBILE = '919000000001';

const acme = `
brand: acme
timezone: Asia/Kolkata
sources:
  capillary:
    adapter: capillary
    auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}", "\${env:ACME_TOKEN_OLD}"] } }
  shop:
    adapter: json
    auth: { basic: [{ username: till, password: "\${env:SHOP_PASSWORD}" }] }
    paths: { type: kind }
destinations:
  crm:
    type: webhook
    credentials: { bearer: "\${env:CRM_BEARER}" }
    settings: { url: "\${env:CRM_URL}" }
    retry: { schedule: [0s, 1h] }
  spare:
    type: webhook
    credentials: { bearer: "\${env:CRM_BEARER}" }
    settings: { url: "\${env:CRM_URL}" }
subscriptions:
  by-mobile:
    source: capillary
    events: [pointsIssued]
    when: { data.customerIdentifiers.instore.mobile: { $exists: false } }
    destination: crm
    mapping: { body: {} }
  points:
    source: capillary
    events: ["points*"]
    when: { data.totalPointsIssued: { $gte: 50 } }
    destination: crm
    mapping: { body: { points: "{{ data.totalPointsIssued }}", phone: "{{ recipient.phone }}" } }
  purchases:
    source: shop
    events: ["*"]
    destination: crm
    mapping: { body: {} }
  tiers:
    source: capillary
    events: [tierUpgraded]
    destination: crm
    mapping: { body: {} }
`;
const quiet = `
brand: quiet
privacy: pii-less
sources:
  capillary: { adapter: capillary, auth: { bearer: ["\${env:ACME_TOKEN}"] } }
`;

function pointsIssued(eventId: string, totalPointsIssued: number): object {
  const customerIdentifiers = { customerId: 700100200, firstName: 'Asha', instore: { mobile: MOBILE } };
  return { eventName: 'pointsIssued', eventId, orgId: 100001, data: { customerIdentifiers, totalPointsIssued } };
}

/** Returns the names of the fields in the errors of a problem document. */
function fields({ body }: Answer): readonly unknown[] {
  const errors = at(body, 'errors');
  return Array.isArray(errors) ? errors.map((error) => at(error, 'field')) : [];
}

/** Returns the names or ids of all objects in a list. */
function all({ body }: Answer, path: string): readonly unknown[] {
  const data = at(body, 'data');
  return Array.isArray(data) ? data.map((one) => at(one, path)) : [];
}

let receiver: Receiver;
let hub: TestHub;
beforeAll(async () => {
  receiver = await startReceiver();
  hub = await startTestHub({ brands: { acme, quiet }, env: { ...SECRETS, CRM_URL: receiver.url } });
}, SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await hub.close();
  await receiver.close();
});

const get = (path: string): Promise<Answer> => hub.admin('GET', path);
const post = (path: string, body?: unknown): Promise<Answer> => hub.admin('POST', path, body);

async function take(eventId: string, points: number): Promise<string> {
  const { events } = await hub.ingest('acme/capillary', pointsIssued(eventId, points), AUTH);
  return events[0]?.id ?? '';
}

/** Returns the event once its delivery of this subscription has this status. */
async function settled(eventId: string, status: string, subscription = 'points'): Promise<Answer> {
  let answer = await get(`/v1/brands/acme/events/${eventId}`);
  await until(
    async () => {
      answer = await get(`/v1/brands/acme/events/${eventId}`);
      return at(outcome(answer, subscription), 'delivery.status') === status;
    },
    { what: `the delivery to be ${status}` },
  );
  return answer;
}

function outcome({ body }: Answer, name: string): unknown {
  const outcomes = at(body, 'subscriptions');
  return Array.isArray(outcomes) ? outcomes.find((one) => at(one, 'name') === name) : undefined;
}

/** Returns the object at a path of a JSON value, or an empty object. */
function entriesOf(value: unknown, path?: string): Readonly<Record<string, unknown>> {
  const found = path === undefined ? value : at(value, path);
  return typeof found === 'object' && found !== null ? { ...found } : {};
}

/** True if each successful response of an operation has no content or a schema. */
function hasResponseSchema(operation: unknown): boolean {
  const successes = Object.entries(entriesOf(operation, 'responses')).filter(([status]) => status.startsWith('2'));
  const isDescribed = ([status, response]: [string, unknown]): boolean => {
    const media = Object.values(entriesOf(response, 'content'));
    return status === '204' || (media.length > 0 && media.every((one) => at(one, 'schema') !== undefined));
  };
  return successes.length > 0 && successes.every(isDescribed);
}

describe('the routes of the hub', () => {
  const keyRoutes = (): { method: string; path: string; url: string }[] =>
    adminRoutes(hub).map((route) => ({
      ...route,
      url: route.path
        .replace(':brand', 'acme')
        .replace('/sources/:name', '/sources/capillary')
        .replace('/subscriptions/:name', '/subscriptions/points')
        .replace(':name', 'crm')
        .replace(':type', 'webhook')
        .replace(':version', '1')
        .replace(':id', '019aa000-0000-7000-8000-000000000000'),
    }));

  it('require a key, except for public routes', async () => {
    expect(keyRoutes().length).toBeGreaterThanOrEqual(18);
    for (const { method, path, url } of keyRoutes()) {
      const keys = [undefined, 'Bearer wrong-key', 'Basic dGVzdA==', 'Bearer ', `Bearer ${'x'.repeat(5_000)}`];
      for (const authorization of keys) {
        const headers = authorization === undefined ? {} : { authorization };
        const response = await fetch(`${hub.url}${url}`, { method, headers });
        expect([path, authorization, response.status]).toEqual([path, authorization, 401]);
        expect(response.headers.get('content-type')).toContain('application/problem+json');
      }
    }
  });

  it.each(['/status', '/health/live', '/health/ready', '/openapi.json', '/docs'])(
    'show %s without a key',
    async (path) => {
      expect((await fetch(`${hub.url}${path}`)).status).toBe(200);
    },
  );

  /** Selects the routes of the admin API that return JSON. */
  const jsonRoutes = () => keyRoutes().filter(({ path }) => path.startsWith('/v1/'));

  it('are all documented with the schema of their response', async () => {
    const document = JSON.parse(await (await fetch(`${hub.url}/openapi.json`)).text()) as {
      paths: Record<string, Record<string, { responses: Record<string, { content?: object }>; security?: unknown[] }>>;
    };
    for (const { method, path } of jsonRoutes()) {
      const operation = document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
      expect([path, operation?.security]).toEqual([path, [{ admin: [] }]]);
      const { '200': ok, '201': created, '204': nothing } = operation?.responses ?? {};
      expect([path, (ok ?? created)?.content ?? nothing]).toEqual([path, expect.anything()]);
      for (const status of ['401', '503']) {
        expect([path, status, operation?.responses[status]?.content]).toEqual([path, status, expect.anything()]);
      }
    }
  });

  it('are described for generated clients, with the public routes', async () => {
    const document: unknown = JSON.parse(await (await fetch(`${hub.url}/openapi.json`)).text());
    const operations = Object.entries(entriesOf(document, 'paths')).flatMap(([path, item]) =>
      Object.entries(entriesOf(item)).map(([method, operation]) => ({ call: `${method} ${path}`, operation })),
    );
    const ids = operations.map(({ operation }) => String(at(operation, 'operationId')));
    expect(ids.filter((id) => !/^[a-z]+([A-Z][a-z]+)*$/.test(id))).toEqual([]);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(operations.filter(({ operation }) => !at(operation, 'summary')).map(({ call }) => call)).toEqual([]);
    expect(operations.filter(({ operation }) => !hasResponseSchema(operation)).map(({ call }) => call)).toEqual([]);
    const names = Object.keys(entriesOf(document, 'components.schemas'));
    expect(names).toEqual(expect.arrayContaining(['Subscription', 'NewSubscription', 'SubscriptionChange', 'Field']));
    expect(names.filter((name) => name.endsWith('Dto'))).toEqual([]);
    expect(at(document, 'components.schemas.FailedClause.properties.actual')).not.toHaveProperty('type');
  });

  it('refuse an unknown query parameter, with its name', async () => {
    for (const { method, path, url } of jsonRoutes()) {
      const answer = await hub.admin(method, `${url}?nonsense=1`);
      // A route may also name a parameter that it requires.
      expect([path, answer.status, fields(answer)]).toEqual([path, 400, expect.arrayContaining(['nonsense'])]);
    }
  });
});

describe('the configuration', () => {
  it('shows the catalogue, and a type with its README', async () => {
    expect(all(await get('/v1/destination-types'), 'type')).toContain('webhook');
    const { body } = await get('/v1/destination-types/webhook');
    expect(body).toMatchObject({
      type: 'webhook',
      readme: expect.any(String),
      credentials: { fields: expect.any(Array) },
    });
    expect((await get('/v1/destination-types/pigeon')).status).toBe(404);
  });

  it('shows brands, page by page', async () => {
    const first = await get('/v1/brands?limit=1');
    expect(first.body).toMatchObject({
      data: [
        {
          name: 'acme',
          timezone: 'Asia/Kolkata',
          privacy: { mode: 'standard' },
          retention: '30d',
          managedBy: 'file',
          file: expect.stringMatching(/acme\.yaml$/),
        },
      ],
    });
    const second = await get(`/v1/brands?cursor=${String(at(first.body, 'nextCursor'))}`);
    expect(second.body).toMatchObject({ data: [{ name: 'quiet', privacy: { mode: 'pii-less' } }], nextCursor: null });
    expect((await get('/v1/brands/quiet')).body).toEqual(at(second.body, 'data.0'));
  });

  it('shows sources without a secret', async () => {
    const list = await get('/v1/brands/acme/sources');
    expect(list.body).toMatchObject({
      data: [
        {
          name: 'capillary',
          auth: { headers: { 'x-acme-token': ['••••', '••••'] } },
          ingestPath: '/v1/ingest/acme/capillary',
        },
        { name: 'patchbay', managedBy: 'hub', auth: {}, ingestPath: null },
        { name: 'shop', auth: { basic: [{ username: '••••', password: '••••' }] }, paths: { type: 'kind' } },
      ],
      nextCursor: null,
    });
    expect((await get('/v1/brands/acme/sources/shop')).body).toEqual(at(list.body, 'data.2'));
    for (const secret of Object.values(SECRETS)) expect(list.text).not.toContain(secret);
  });

  it('shows destinations with masked credentials', async () => {
    const list = await get('/v1/brands/acme/destinations');
    expect(at(list.body, 'data.0')).toMatchObject({
      name: 'crm',
      type: 'webhook',
      credentials: { bearer: '••••' },
      settings: { url: receiver.url },
      limits: { ratePerSecond: null },
      retry: { schedule: ['0s', '1h'], onUnconfirmed: null },
      paused: false,
      pausedReason: null,
      pausedBy: null,
      managedBy: 'file',
      file: expect.stringMatching(/acme\.yaml$/),
    });
    expect(list.text).not.toContain(SECRETS.CRM_BEARER);
    expect((await get('/v1/brands/acme/destinations/crm')).body).toEqual(at(list.body, 'data.0'));
  });

  it('shows subscriptions with the names of their source and destination', async () => {
    const list = await get('/v1/brands/acme/subscriptions');
    expect(all(list, 'name')).toEqual(['by-mobile', 'points', 'purchases', 'tiers']);
    expect((await get('/v1/brands/acme/subscriptions/points')).body).toMatchObject({
      version: 1,
      source: 'capillary',
      destination: 'crm',
      events: ['points*'],
      when: { 'data.totalPointsIssued': { $gte: 50 } },
      mapping: { body: { phone: '{{ recipient.phone }}' } },
    });
  });

  it.each([
    '/v1/brands/nobody',
    '/v1/brands/nobody/sources',
    '/v1/brands/quiet/sources/shop',
    '/v1/brands/acme/destinations/nothing',
    '/v1/brands/acme/subscriptions/__proto__',
    '/v1/brands/constructor',
    '/v1/brands/acme%00',
    '/v1/brands/acme/events/not-an-id',
    '/v1/brands/acme/events/019aa000-0000-7000-8000-000000000000',
    '/v1/brands/acme/deliveries/019aa000-0000-7000-8000-000000000000',
    '/v1/brands/acme/deliveries/ffffffff-ffff-ffff-ffff-ffffffffffff',
    '/v1/nonsense',
  ])('answers 404 for %s', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });
});

describe('the outcome of an event', () => {
  it('is shown for every subscription of its revision, with the reason', async () => {
    const answer = await settled(await take('told-1', 120), 'succeeded');
    expect(answer.body).toMatchObject({
      type: 'pointsIssued',
      source: 'capillary',
      customerId: '700100200',
      customerIds: ['700100200'],
      status: 'accepted',
      subscriptions: [
        { name: 'by-mobile', outcome: 'filter', delivery: null },
        {
          name: 'points',
          outcome: 'matched',
          reason: null,
          clause: null,
          delivery: { status: 'succeeded', attemptCount: 1 },
        },
        {
          name: 'purchases',
          outcome: 'otherSource',
          reason: 'The subscription takes events of another source.',
          delivery: null,
        },
        {
          name: 'tiers',
          outcome: 'eventType',
          reason: 'The subscription takes tierUpgraded, not this event type.',
          delivery: null,
        },
      ],
    });
    const declined = await get(`/v1/brands/acme/events/${await take('told-2', 49)}`);
    expect(outcome(declined, 'points')).toEqual({
      name: 'points',
      outcome: 'filter',
      reason: 'data.totalPointsIssued is 49, but the filter requires $gte 50.',
      explanation: 'data.totalPointsIssued is 49, but the filter requires $gte 50.',
      route: null,
      eventTypes: null,
      clause: { path: 'data.totalPointsIssued', operator: '$gte', expected: 50, actual: 49 },
      delivery: null,
      deliveries: [],
    });
  });

  it('masks personal values in the event and in the explanation', async () => {
    const { body, text } = await get(`/v1/brands/acme/events/${await take('masked-1', 10)}`);
    expect(at(body, 'data')).toEqual({
      customerIdentifiers: { customerId: 700100200, firstName: '••••', instore: { mobile: '••••' } },
      totalPointsIssued: 10,
    });
    expect(at(body, 'subscriptions.0.clause')).toMatchObject({ operator: '$exists', actual: 'hidden: it is personal' });
    for (const value of [MOBILE, 'Asha']) expect(text).not.toContain(value);
  });

  it('shows the reason of a quarantine, without the body', async () => {
    const { events } = await hub.ingest('acme/capillary', 'not JSON with 919000000002', AUTH);
    const { body, text } = await get(`/v1/brands/acme/events/${events[0]?.id ?? ''}`);
    expect(body).toMatchObject({ status: 'quarantined', data: {}, quarantineReason: expect.stringContaining('JSON') });
    expect(at(body, 'subscriptions.0')).toMatchObject({ outcome: 'quarantined', delivery: null });
    expect(text).not.toContain('919000000002');
  });

  it('finds events by type, customer, time and status', async () => {
    const id = await take('found-1', 60);
    for (const query of ['type=pointsIssued', 'customer=700100200', 'from=2020-01-01', 'status=accepted']) {
      expect([query, all(await get(`/v1/brands/acme/events?${query}`), 'id')]).toEqual([
        query,
        expect.arrayContaining([id]),
      ]);
    }
    for (const query of ['type=other', 'customer=1', 'to=2020-01-01', 'from=2999-01-01', 'status=quarantined']) {
      expect([query, all(await get(`/v1/brands/acme/events?${query}`), 'id')]).toEqual([
        query,
        expect.not.arrayContaining([id]),
      ]);
    }
    expect(all(await get('/v1/brands/quiet/events'), 'id')).toEqual([]);
    expect((await get(`/v1/brands/quiet/events/${id}`)).status).toBe(404);
  });

  it('returns each event once, page by page, newest first', async () => {
    const seen: unknown[] = [];
    for (let cursor = ''; ;) {
      const page = await get(`/v1/brands/acme/events?limit=2${cursor}`);
      expect(page.status).toBe(200);
      seen.push(...all(page, 'id'));
      const next = at(page.body, 'nextCursor');
      if (typeof next !== 'string') break;
      cursor = `&cursor=${encodeURIComponent(next)}`;
    }
    expect(seen).toEqual([...new Set(seen)].sort().reverse());
    expect(seen).toEqual(all(await get('/v1/brands/acme/events?limit=200'), 'id'));
    expect(seen.length).toBeGreaterThan(2);
  });
});

describe('deliveries', () => {
  it('are shown with all attempts, and found by every filter', async () => {
    receiver.answer(422);
    const event = await settled(await take('dead-1', 75), 'dead');
    receiver.answer(204);
    const id = String(at(outcome(event, 'points'), 'delivery.id'));
    expect((await get(`/v1/brands/acme/deliveries/${id}`)).body).toMatchObject({
      id,
      eventId: at(event.body, 'id'),
      eventType: 'pointsIssued',
      customerId: '700100200',
      subscription: 'points',
      destination: 'crm',
      status: 'dead',
      reason: 'rejected',
      errorKind: 'rejected',
      dueAt: null,
      endedAt: expect.stringMatching(/Z$/),
      attempts: [
        {
          number: 1,
          outcome: 'rejected',
          startedAt: expect.stringMatching(/Z$/),
          durationMs: expect.any(Number),
          message: expect.any(String),
          request: { method: 'POST', url: expect.stringMatching(/^http:/) },
          response: { status: 422 },
        },
      ],
    });
    const fitting = [
      ...['status=dead', 'destination=crm', 'subscription=points', 'eventType=pointsIssued', 'customer=700100200'],
      ...['errorKind=rejected', 'from=2020-01-01T00:00:00Z&to=2999-01-01T00:00:00%2B05:30'],
    ];
    const others = [
      'status=held',
      'destination=spare',
      'subscription=tiers',
      'eventType=x',
      'customer=1',
      'errorKind=mapping',
    ];
    const found = async (query: string): Promise<boolean> =>
      all(await get(`/v1/brands/acme/deliveries?${query}`), 'id').includes(id);
    for (const query of fitting) expect([query, await found(query)]).toEqual([query, true]);
    for (const query of others) expect([query, await found(query)]).toEqual([query, false]);
    expect((await get(`/v1/brands/quiet/deliveries/${id}`)).status).toBe(404);
  });

  it('refuse invalid filters, with their names', async () => {
    const wrong: readonly (readonly [query: string, field: string])[] = [
      ['limit=0', 'limit'],
      ['limit=201', 'limit'],
      ['limit=ten', 'limit'],
      ['limit=1&limit=2', 'limit'],
      ['cursor=nonsense', 'cursor'],
      ['status=failed', 'status'],
      ['errorKind=sad', 'errorKind'],
      ['from=yesterday', 'from'],
      ['to=2026-02-30', 'to'],
      ['customer=%00', 'customer'],
      ['destination=', 'destination'],
      [`subscription=${'x'.repeat(501)}`, 'subscription'],
      ['eventType[]=a', 'eventType[]'],
      ['__proto__=1', '__proto__'],
      ['constructor=1', 'constructor'],
    ];
    for (const [query, field] of wrong) {
      const answer = await get(`/v1/brands/acme/deliveries?${query}`);
      expect([query, answer.status, fields(answer)]).toEqual([query, 400, [field]]);
    }
  });
});

describe('a destination', () => {
  it('is paused, shows its waiting deliveries, and is resumed', async () => {
    const paused = await post('/v1/brands/acme/destinations/crm/pause', { reason: 'the vendor migrates its servers' });
    expect(paused).toMatchObject({
      status: 200,
      body: { paused: true, pausedReason: 'the vendor migrates its servers', pausedBy: 'person' },
    });
    const held = await settled(await take('held-1', 90), 'held');
    const stats = await get('/v1/stats');
    expect(stats.body).toMatchObject({ totals: { waiting: expect.any(Number) }, countLimit: 100_000 });
    const crm = (at(stats.body, 'destinations') as unknown[]).find((one) => at(one, 'name') === 'crm');
    expect(crm).toMatchObject({ brand: 'acme', type: 'webhook', paused: true, waiting: 1 });
    const rates = { deliveriesPerSecond: expect.any(Number), endedPerSecond: expect.any(Number) };
    expect(stats.body).toMatchObject({ rates: { eventsPerSecond: expect.any(Number), ...rates } });
    expect(crm).toMatchObject({ rates });
    expect(at(crm, 'rates.deliveriesPerSecond')).toBeGreaterThan(0);

    expect((await post('/v1/brands/acme/destinations/crm/verify')).body).toMatchObject({ ok: true, resumed: false });
    const resumed = await post('/v1/brands/acme/destinations/crm/resume');
    expect(resumed).toMatchObject({ status: 200, body: { paused: false, pausedReason: null } });
    await settled(String(at(held.body, 'id')), 'succeeded');
  });

  it('shows the error of the vendor, and is resumed by a test of corrected credentials', async () => {
    receiver.answer(401);
    const event = await settled(await take('refused-1', 91), 'held');
    const answer = await post('/v1/brands/acme/destinations/crm/verify');
    expect(answer).toMatchObject({
      status: 200,
      body: { ok: false, errorKind: 'credentials', message: expect.stringContaining('401'), resumed: false },
    });
    expect(answer.text).not.toContain(SECRETS.CRM_BEARER);
    receiver.answer(204);
    expect((await post('/v1/brands/acme/destinations/crm/verify')).body).toMatchObject({ ok: true, resumed: true });
    await settled(String(at(event.body, 'id')), 'succeeded');
  });

  it('refuses an invalid reason', async () => {
    for (const reason of [7, '\u0000', 'x'.repeat(501)]) {
      const answer = await post('/v1/brands/acme/destinations/spare/pause', { reason });
      expect([answer.status, fields(answer)]).toEqual([400, ['reason']]);
    }
    expect((await post('/v1/brands/acme/destinations/nothing/pause')).status).toBe(404);
  });
});

describe('a preview', () => {
  const preview = (body: unknown, brand = 'acme'): Promise<Answer> => post(`/v1/brands/${brand}/preview`, body);

  it('shows the message of a subscription for an event as its source sends it', async () => {
    const before = receiver.received.length;
    expect(await preview({ event: pointsIssued('previewed-1', 70), subscription: 'points' })).toMatchObject({
      status: 200,
      body: { matched: true, reason: null, message: { body: { points: 70, phone: `+${MOBILE}` } }, problems: [] },
    });
    expect((await preview({ event: pointsIssued('previewed-2', 7), subscription: 'points' })).body).toMatchObject({
      matched: false,
      reason: 'data.totalPointsIssued is 7, but the filter requires $gte 50.',
      clause: { path: 'data.totalPointsIssued', operator: '$gte', expected: 50, actual: 7 },
      message: null,
      problems: [],
    });
    expect(all(await get('/v1/brands/acme/events?limit=200'), 'sourceEventId')).not.toContain('previewed-1');
    expect(receiver.received).toHaveLength(before);
  });

  it('shows a stored event with placeholders for personal values', async () => {
    const eventId = await take('previewed-3', 80);
    const { body, text } = await preview({ eventId, subscription: 'points' });
    expect(body).toMatchObject({ matched: true, message: { body: { points: 80, phone: '+15005550006' } } });
    expect(text).not.toContain(MOBILE);
  });

  it('renders an unsaved mapping', async () => {
    const event = pointsIssued('previewed-4', 5);
    const mapping = { body: { name: '{{ data.customerIdentifiers.firstName }}' } };
    const asked = { event, mapping, destinationType: 'webhook', source: 'capillary' };
    expect((await preview(asked)).body).toMatchObject({
      matched: true,
      message: { body: { name: 'Asha' } },
      problems: [],
    });
    const { source: _, ...unclear } = asked;
    expect(fields(await preview(unclear))).toEqual(['source']);
    // A mapping does not get values that a pii-less brand removes.
    expect(at((await preview(unclear, 'quiet')).body, 'message')).toEqual({ body: {} });
    expect((await preview({ ...asked, mapping: { nonsense: 1 } })).body).toMatchObject({
      matched: true,
      problems: expect.arrayContaining([{ field: 'nonsense', message: expect.stringContaining('not known') }]),
    });
  });

  it('names the field of an incomplete request', async () => {
    const event = pointsIssued('previewed-5', 5);
    const wrong: readonly (readonly [body: object, field: string])[] = [
      [{ subscription: 'points' }, 'event'],
      [{ event, eventId: '019aa000-0000-7000-8000-000000000000', subscription: 'points' }, 'event'],
      [{ event }, 'subscription'],
      [{ event, subscription: 'points', destinationType: 'webhook' }, 'subscription'],
      [{ event: [event, event], subscription: 'points' }, 'event'],
      [{ event: 'nonsense', subscription: 'points' }, 'event'],
      [{ event: null, subscription: 'points' }, 'event'],
      [{ event, mapping: [], destinationType: 'webhook' }, 'mapping'],
      [{ event, source: 'capillary', mapping: {}, destinationType: 'pigeon' }, 'destinationType'],
      [
        { event, source: 'capillary', mapping: { body: '{{ nothing.at.all }}' }, destinationType: 'webhook' },
        'mapping.body',
      ],
      [{ event, subscription: 7 }, 'subscription'],
      [{ event, subscription: 'points', dryRun: true }, 'dryRun'],
    ];
    for (const [body, field] of wrong) {
      const answer = await preview(body);
      expect([body, answer.status, fields(answer)]).toEqual([body, 400, [field]]);
    }
    expect((await preview({ event, subscription: 'nothing' })).status).toBe(404);
    expect((await preview({ eventId: 'nothing', subscription: 'points' })).status).toBe(404);
  });
});

describe('bad bodies', () => {
  const nested = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  it.each<readonly [what: string, body: string | Uint8Array<ArrayBuffer>, status: number]>([
    ['invalid JSON', '{"event":', 400],
    ['bytes that are no UTF-8', new Uint8Array([0xff, 0xfe]), 400],
    ['JSON nested deep', nested, 400],
    ['an event nested deep', `{"subscription":"points","event":${nested}}`, 400],
    ['a list', '[]', 400],
    ['a text', '"x"', 400],
    ['40 MB', `"${'x'.repeat(40 * 1024 * 1024)}"`, 413],
    ['keys of a prototype', '{"__proto__":{"event":1},"subscription":"points"}', 400],
    ['a constructor', '{"constructor":{},"subscription":"points"}', 400],
    ['an event with keys of a prototype', '{"subscription":"points","event":{"__proto__":1,"constructor":2}}', 400],
    [
      'objects where there are none',
      '{"subscription":{"constructor":2},"files":{"constructor":2},"reason":{"constructor":2}}',
      400,
    ],
  ])('%s', async (_what, body, status) => {
    for (const path of ['/v1/brands/acme/preview', '/v1/apply', '/v1/brands/acme/destinations/spare/pause']) {
      const answer = await post(path, body);
      expect([path, answer.status]).toEqual([path, status]);
      expect(answer.body).toMatchObject({ type: 'about:blank', status, title: expect.any(String) });
    }
    expect((await get('/v1/brands/acme/destinations/spare')).body).toMatchObject({ paused: false });
  });

  it('accepts any key in an event and in a mapping', async () => {
    const data = '{"deep":{"constructor":{"a":1},"__proto__":{"b":2}},"toString":3}';
    const event = `{"eventName":"pointsIssued","eventId":"odd-2","data":${data}}`;
    const mapping = '{"body":{"all":"{{ data.deep }}","constructor":{"x":1}}}';
    const { status, text } = await post(
      '/v1/brands/acme/preview',
      `{"event":${event},"mapping":${mapping},"destinationType":"webhook","source":"capillary"}`,
    );
    expect([status, text]).toEqual([200, expect.stringContaining('"constructor":{"x":1}')]);
  });

  it('accepts strings with NUL and lone surrogates unchanged', async () => {
    const event = { ...pointsIssued('odd-1', 60), note: '\u0000\ud800' };
    expect((await post('/v1/brands/acme/preview', { event, subscription: 'points' })).body).toMatchObject({
      matched: true,
    });
    const mapping = { body: { text: 'a\u0000b\ud800c' } };
    const answer = await post('/v1/brands/acme/preview', {
      event,
      source: 'capillary',
      mapping,
      destinationType: 'webhook',
    });
    expect(answer.status).toBe(200);
  });

  it.each(['/v1/brands/%ZZ', `/v1/brands/${'x'.repeat(5_000)}`, '/v1/brands/%ff', '/v1/stats?%'])(
    'answers a URL that is none: %#',
    async (path) => {
      const { status, body } = await get(path);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(body).toMatchObject({ status });
    },
  );
});

describe('apply', () => {
  const content = {
    brand: 'fresh',
    sources: { in: { adapter: 'json', auth: { bearer: ['invented-fresh-token'] } } },
    destinations: {
      out: {
        type: 'webhook',
        credentials: { bearer: 'invented-fresh-bearer' },
        settings: { url: 'https://example.com/in' },
      },
    },
    subscriptions: {
      all: { source: 'in', events: ['*'], destination: 'out', mapping: { body: { id: '{{ event.id }}' } } },
    },
  };
  const interpolated = ['sources.in.auth.bearer[0]', 'destinations.out.credentials.bearer'];
  const file = 'config/brands/fresh.yaml';
  const apply = (also: object = {}): Promise<Answer> =>
    post('/v1/apply', { files: [{ file, content, interpolated }], ...also });

  it('shows the changes in a dry run, and then makes them', async () => {
    const created = {
      status: 200,
      body: {
        changes: [
          { action: 'create', kind: 'brand', name: 'fresh' },
          { action: 'create', kind: 'source', name: 'fresh/in' },
          { action: 'create', kind: 'destination', name: 'fresh/out' },
          { action: 'create', kind: 'subscription', name: 'fresh/all' },
        ],
      },
    };
    expect(await apply({ dryRun: true })).toMatchObject(created);
    expect((await get('/v1/brands/fresh')).status).toBe(404);
    expect(await apply()).toMatchObject(created);
    expect((await get('/v1/brands/fresh')).body).toMatchObject({ managedBy: 'file', file });
    const again = await apply();
    expect(all({ ...again, body: { data: at(again.body, 'changes') } }, 'action')).toEqual(Array(4).fill('unchanged'));
    expect(again.text).not.toContain('invented-fresh');
    expect((await get('/v1/brands/acme')).status).toBe(200);
    const accepted = await hub.ingest('fresh/in', { type: 'x' }, { authorization: 'Bearer invented-fresh-token' });
    expect(accepted.status).toBe(202);
  });

  it('disables missing objects until the file has them again, and deletes them with prune', async () => {
    await apply();
    const { subscriptions: _s, destinations: _d, ...less } = content;
    const files = [{ file, content: less, interpolated: interpolated.slice(0, 1) }];
    // The delivery of the previous event still waits, because its destination does not respond.
    expect((await post('/v1/apply', { files })).status).toBe(409);
    expect((await post('/v1/apply', { files, atMost: 1 })).status).toBe(200);
    const disabled = await get('/v1/brands/fresh/destinations/out');
    expect(disabled.body).toMatchObject({ disabled: true, paused: true });
    const resumed = await post('/v1/brands/fresh/destinations/out/resume');
    expect(resumed).toMatchObject({ status: 409, body: { detail: expect.stringContaining(file) } });
    expect((await post('/v1/apply', { files, prune: true, atMost: 1 })).status).toBe(200);
    expect((await get('/v1/brands/fresh/destinations/out')).status).toBe(404);
  });

  it('reports file, line and field of every problem, and no secret', async () => {
    const wrong = {
      ...content,
      colour: 'blue',
      destinations: { out: { ...content.destinations.out, settings: {} } },
      subscriptions: { all: { ...content.subscriptions.all, source: 'nowhere' } },
    };
    const sourceLocations = [
      { field: 'destinations.out', file, line: 7 },
      { field: 'colour', file, line: 3 },
    ];
    const strict = await post('/v1/apply', { files: [{ file, content: wrong, interpolated, sourceLocations }] });
    expect(strict).toMatchObject({ status: 422, body: { errors: [{ file, line: 3, field: 'colour' }] } });
    const { colour: _, ...known } = wrong;
    const refused = await post('/v1/apply', { files: [{ file, content: known, interpolated, sourceLocations }] });
    expect(refused.status).toBe(422);
    expect(at(refused.body, 'errors')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ file, line: 7, field: 'destinations.out.settings.url' }),
        expect.objectContaining({ file, field: 'subscriptions.all.source' }),
      ]),
    );
    const literal = await post('/v1/apply', { files: [{ file, content }] });
    expect(fields(literal)).toEqual(interpolated);
    expect(strict.text + refused.text + literal.text).not.toContain('invented-fresh');
  });

  it('refuses two files of one brand, and invalid bodies', async () => {
    const twice = [
      { file, content, interpolated },
      { file: 'config/brands/other.yaml', content, interpolated },
    ];
    expect(await post('/v1/apply', { files: twice })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'brand', file: 'config/brands/other.yaml' }] },
    });
    const wrong: readonly (readonly [body: object, field: string])[] = [
      [{}, 'files'],
      [{ files: [] }, 'files'],
      [{ files: 'x' }, 'files'],
      [{ files: [{ file, content: 'brand: acme' }] }, 'files.0.content'],
      [{ files: [{ file: '', content }] }, 'files.0.file'],
      [{ files: [{ file: 'a\u0000', content }] }, 'files.0.file'],
      [{ files: [{ file, content, interpolated: [7] }] }, 'files.0.interpolated'],
      [
        { files: [{ file, content, sourceLocations: [{ field: 'a', file, line: 0 }] }] },
        'files.0.sourceLocations.0.line',
      ],
      [{ files: [{ file, content }], dryRun: 'yes' }, 'dryRun'],
      [{ files: [{ file, content }], dryrun: true }, 'dryrun'],
    ];
    for (const [body, field] of wrong) {
      const answer = await post('/v1/apply', body);
      expect([body, answer.status, fields(answer)]).toEqual([body, 400, [field]]);
    }
    const odd = {
      ...content,
      subscriptions: { all: { ...content.subscriptions.all, mapping: { body: { a: 'x\u0000\ud800' } } } },
    };
    const answer = await post('/v1/apply', { files: [{ file, content: odd, interpolated }] });
    expect([200, 422]).toContain(answer.status);
  });
});
