import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { adminRoutes, callAs, makeKey, type Route } from './support/admin-routes.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type Answer, type TestHub } from './support/test-hub.js';

const TOKEN = 'invented-source-token';
const MOBILE = '919000000001';

function brand(name: string, destination: string): string {
  return `
brand: ${name}
sources:
  capillary: { adapter: capillary, auth: { bearer: ["\${env:SOURCE_TOKEN}"] } }
destinations:
  ${destination}:
    type: webhook
    credentials: { bearer: "\${env:CRM_BEARER}" }
    settings: { url: "\${env:CRM_URL}" }
subscriptions:
  points: { source: capillary, events: [pointsIssued], destination: ${destination}, mapping: { body: {} } }
`;
}

const brands = { umbrella: brand('umbrella', 'umbrella-crm'), globex: brand('globex', 'globex-crm') };
let receiver: Receiver;
let hub: TestHub;
/** Second process of the same hub. */
let other: TestHub;
let eventId: string;
let deliveryId: string;

beforeAll(async () => {
  receiver = await startReceiver();
  const env = { SOURCE_TOKEN: TOKEN, CRM_BEARER: 'invented-bearer-token', CRM_URL: receiver.url };
  hub = await startTestHub({ brands, env });
  other = await startTestHub({ brands, env, databaseUrl: hub.databaseUrl });
  eventId = await take(hub, `Bearer ${TOKEN}`, 'event-1');
  await receiver.atLeast(1);
  const deliveries = await hub.admin('GET', '/v1/brands/umbrella/deliveries');
  deliveryId = String(at(deliveries.body, 'data.0.id'));
}, SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await other.close();
  await hub.close();
  await receiver.close();
});

/** Returns the status of an ingest call. Repeats the call while the hub answers 429, as every source must. */
async function post(to: TestHub, source: string, authorization: string, id: string): Promise<number> {
  let status = 429;
  const ask = async (): Promise<boolean> => {
    ({ status } = await to.ingest(source, pointsIssued(id), { authorization }));
    return status !== 429;
  };
  await until(ask, { what: 'an answer other than 429' });
  return status;
}

async function take(to: TestHub, authorization: string, id: string): Promise<string> {
  const { events } = await to.ingest('umbrella/capillary', pointsIssued(id), { authorization });
  return events[0]?.id ?? '';
}

function pointsIssued(id: string): object {
  const customerIdentifiers = { customerId: 700100200, instore: { mobile: MOBILE } };
  return { eventName: 'pointsIssued', eventId: id, orgId: 100001, data: { customerIdentifiers, totalPointsIssued: 5 } };
}

/** Returns the URL of a route, whose parameters are replaced by objects of the brand `umbrella`. */
function urlAt(brandName: string, { path }: Pick<Route, 'path'>): string {
  return path
    .replace(':brand', brandName)
    .replace('/sources/:name', '/sources/capillary')
    .replace('/subscriptions/:name', '/subscriptions/points')
    .replace('/events/:id', `/events/${eventId}`)
    .replace('/deliveries/:id', `/deliveries/${deliveryId}`)
    .replace(':name', 'umbrella-crm')
    .replace(':type', 'webhook')
    .replace(/:\w+/, '019aa000-0000-7000-8000-000000000000');
}

const names = ({ body }: Answer, path = 'data'): unknown[] => {
  const data = at(body, path);
  return Array.isArray(data) ? data.map((one) => at(one, 'name')) : [];
};

/** Reads the entries of the audit log, newest first. */
async function audit(query = ''): Promise<readonly unknown[]> {
  const { body } = await hub.admin('GET', `/v1/audit?limit=200${query}`);
  const data = at(body, 'data');
  return Array.isArray(data) ? (data as unknown[]) : [];
}

describe('a key', () => {
  it('is shown once, and never again in a response, log line or table', async () => {
    const made = await hub.admin('POST', '/v1/keys', { name: 'told once', role: 'viewer' });
    const key = String(at(made.body, 'key'));
    expect(made.status).toBe(201);
    expect(key).toMatch(/^pbk_[\w-]{43}$/);
    const list = await hub.admin('GET', '/v1/keys');
    expect(at(list.body, 'data.0')).toEqual({
      id: at(made.body, 'id'),
      name: 'told once',
      role: 'viewer',
      brands: null,
      reveal: false,
      hint: key.slice(0, 8),
      createdBy: 'PATCHBAY_ADMIN_KEY',
      createdAt: expect.any(String),
      expiresAt: null,
      lastUsedAt: null,
    });
    expect((await callAs(hub, key, 'GET', '/v1/brands')).status).toBe(200);
    const told = [list.text, JSON.stringify(await audit()), hub.log.join('\n')].join('\n');
    expect(told).not.toContain(key.slice(8));
  });

  it('is refused by every process once it is revoked', async () => {
    const { key, id } = await makeKey(hub, { role: 'viewer' });
    for (const one of [hub, other]) expect((await callAs(one, key, 'GET', '/v1/brands')).status).toBe(200);
    expect((await other.admin('DELETE', `/v1/keys/${id}`)).status).toBe(204);
    for (const one of [hub, other]) expect((await callAs(one, key, 'GET', '/v1/brands')).status).toBe(401);
    expect((await hub.admin('DELETE', `/v1/keys/${id}`)).status).toBe(404);
  });

  it('is refused once it has expired', async () => {
    const expiresAt = new Date(Date.now() + 1_500).toISOString();
    const { key } = await makeKey(hub, { role: 'viewer', expiresAt });
    expect((await callAs(hub, key, 'GET', '/v1/brands')).status).toBe(200);
    await until(async () => (await callAs(hub, key, 'GET', '/v1/brands')).status === 401, {
      what: 'the key to expire',
    });
  });

  it('shows its last use after some seconds', async () => {
    const { key, id } = await makeKey(hub, { role: 'viewer' });
    await callAs(hub, key, 'GET', '/v1/brands');
    const shown = async (): Promise<unknown> => {
      const { body } = await hub.admin('GET', '/v1/keys?limit=200');
      const data = at(body, 'data');
      return Array.isArray(data)
        ? at(
            data.find((one) => at(one, 'id') === id),
            'lastUsedAt',
          )
        : undefined;
    };
    await until(async () => typeof (await shown()) === 'string', { what: 'the use to be written', timeoutMs: 20_000 });
  });

  it.each<[string, object, string]>([
    ['no name', { role: 'viewer' }, 'name'],
    ['an unknown role', { name: 'x', role: 'owner' }, 'role'],
    ['an unknown brand', { name: 'x', role: 'viewer', brands: ['initech'] }, 'brands'],
    ['no brand of a list', { name: 'x', role: 'viewer', brands: [] }, 'brands'],
    ['an end in the past', { name: 'x', role: 'viewer', expiresAt: '2020-01-01' }, 'expiresAt'],
    ['an end that is no time', { name: 'x', role: 'viewer', expiresAt: 'soon' }, 'expiresAt'],
    ['a look for one that only takes in', { name: 'x', role: 'ingest', reveal: true }, 'reveal'],
    ['a field that there is not', { name: 'x', role: 'viewer', key: 'mine' }, 'key'],
  ])('is not created with %s', async (_what, body, field) => {
    const answer = await hub.admin('POST', '/v1/keys', body);
    expect([answer.status, at(answer.body, 'errors.0.field')]).toEqual([400, field]);
  });

  it('for some brands manages only keys of those brands, with no more rights than its own', async () => {
    const all = await makeKey(hub, { name: 'of all', role: 'viewer' });
    const admin = await makeKey(hub, { name: 'globex admin', role: 'admin', brands: ['globex'] });
    const make = (body: object): Promise<Answer> =>
      callAs(hub, admin.key, 'POST', '/v1/keys', { name: 'x', role: 'viewer', ...body });
    const own = await make({ brands: ['globex'], name: 'globex console' });
    expect(own.status).toBe(201);
    const refused = [
      {},
      { brands: ['umbrella'] },
      { brands: ['globex', 'umbrella'] },
      { brands: ['globex'], reveal: true },
    ];
    for (const body of refused) expect((await make(body)).status).toBe(400);
    // A brand outside the key's scope gives the same error as a brand that does not exist.
    const [foreign, none] = [await make({ brands: ['umbrella'] }), await make({ brands: ['nobodies'] })];
    expect(foreign.text.replaceAll('umbrella', 'nobodies')).toBe(none.text);
    const seen = await callAs(hub, admin.key, 'GET', '/v1/keys');
    expect(names(seen)).toEqual(['globex console', 'globex admin']);
    expect((await callAs(hub, admin.key, 'DELETE', `/v1/keys/${all.id}`)).status).toBe(404);
    expect((await callAs(hub, admin.key, 'DELETE', `/v1/keys/${String(at(own.body, 'id'))}`)).status).toBe(204);
  });
});

describe('every route', () => {
  const withBrand = (): Route[] => adminRoutes(hub).filter(({ path }) => path.includes(':brand'));
  const withoutBrand = (): Route[] => adminRoutes(hub).filter(({ path }) => !path.includes(':brand'));
  /** Routes with no brand in the path. Their responses contain only the brands in the scope of the caller's key. */
  const FILTERED = [
    ...['brands', 'stats', 'destination-types', 'event-types', 'template-filters', 'keys', 'audit', 'apply', 'me'],
    ...['session', 'session/links'],
  ].map((path) => `/v1/${path}`);
  const isFiltered = ({ method, path }: Route): boolean =>
    // The creation of brands is not limited to a scope, because it requires a key for all brands.
    !(method === 'POST' && path === '/v1/brands') &&
    FILTERED.some((one) => path === one || path === `${one}/:type` || path === `${one}/:id`);

  it('of a brand responds 404 to a key for other brands', async () => {
    const { key } = await makeKey(hub, { role: 'admin', brands: ['globex'], reveal: true });
    expect(withBrand().length).toBeGreaterThanOrEqual(15);
    for (const route of withBrand()) {
      const [foreign, none] = ['umbrella', 'nobodies'].map((name) => urlAt(name, route));
      const answers = [
        await callAs(hub, key, route.method, foreign ?? ''),
        await callAs(hub, key, route.method, none ?? ''),
      ];
      expect([route, answers.map(({ status }) => status)]).toEqual([route, [404, 404]]);
      expect(answers[0]?.text.replaceAll('umbrella', 'nobodies')).toBe(answers[1]?.text);
    }
    expect(at((await hub.admin('GET', '/v1/brands/umbrella/destinations/umbrella-crm')).body, 'paused')).toBe(false);
  });

  it("without a brand shows nothing of brands outside the key's scope", async () => {
    const { key } = await makeKey(hub, { role: 'admin', brands: ['globex'] });
    expect(withoutBrand().length).toBeGreaterThanOrEqual(7);
    for (const route of withoutBrand()) {
      const answer = await callAs(hub, key, route.method, urlAt('', route));
      if (isFiltered(route)) expect([route, answer.status]).not.toEqual([route, 403]);
      else expect([route, answer.status]).toEqual([route, 403]);
      expect([route, answer.text]).toEqual([route, expect.not.stringContaining('umbrella')]);
    }
    expect(names(await callAs(hub, key, 'GET', '/v1/brands'))).toEqual(['globex']);
    expect(names(await callAs(hub, key, 'GET', '/v1/stats'), 'destinations')).toEqual(['globex-crm']);
    expect((await callAs(hub, key, 'GET', '/v1/audit?brand=umbrella')).status).toBe(404);
    expect((await callAs(hub, key, 'GET', '/v1/audit?brand=globex')).status).toBe(200);
  });

  /** Routes that viewers may use in addition to read routes. */
  const BY_VIEWERS = /\/(preview|trials|session|session\/links)$/;
  /** Routes that operators may use in addition to the routes of viewers. */
  const BY_OPERATORS =
    /\/(verify|check|reconcile|choices\/[^/]+|test-send|pause|resume|rotate-callback|redeliver|cancel|replays|imports|imports\/[^/]+|suppressions|suppressions\/[^/]+)$/;
  const BY_ADMINS = /^\/v1\/(keys|audit|people)/;
  it.each([
    ['viewer', ({ method, path }: Route) => (method === 'GET' ? !BY_ADMINS.test(path) : BY_VIEWERS.test(path))],
    [
      'operator',
      ({ method, path }: Route) =>
        method === 'GET' ? !BY_ADMINS.test(path) : BY_VIEWERS.test(path) || BY_OPERATORS.test(path),
    ],
    ['ingest', () => false],
  ] as const)('lets a key of the role %s do what that role does', async (role, may) => {
    const { key } = await makeKey(hub, { role });
    for (const route of adminRoutes(hub)) {
      const { status } = await callAs(hub, key, route.method, urlAt('umbrella', route));
      expect([route, status === 403]).toEqual([route, !may(route)]);
      expect(status).not.toBe(401);
    }
    await hub.admin('POST', '/v1/brands/umbrella/destinations/umbrella-crm/resume');
  });
});

describe('a key of role ingest', () => {
  it("authenticates calls to its brands' sources in every process, until it is revoked", async () => {
    const { key, id } = await makeKey(other, { role: 'ingest', brands: ['umbrella'] });
    for (const one of [hub, other]) {
      expect(await post(one, 'umbrella/capillary', `Bearer ${key}`, `by-key-${one.url}`)).toBe(202);
      expect(await post(one, 'globex/capillary', `Bearer ${key}`, 'foreign')).toBe(401);
      expect(await post(one, 'umbrella/capillary', `Bearer ${TOKEN}`, `by-token-${one.url}`)).toBe(202);
    }
    await hub.admin('DELETE', `/v1/keys/${id}`);
    for (const one of [hub, other]) {
      await until(async () => (await post(one, 'umbrella/capillary', `Bearer ${key}`, 'late')) === 401, {
        what: 'the key to be gone',
      });
    }
  });

  it('is the only role that authenticates ingest calls', async () => {
    for (const role of ['admin', 'operator', 'viewer']) {
      const { key } = await makeKey(hub, { role });
      expect([role, await post(hub, 'umbrella/capillary', `Bearer ${key}`, role)]).toEqual([role, 401]);
    }
  });
});

describe('applying files', () => {
  const file = (name: string, timezone: string): object => ({
    file: `${name}.yaml`,
    content: { brand: name, timezone },
  });

  it('is limited to the brands of the key', async () => {
    const { key } = await makeKey(hub, { role: 'admin', brands: ['globex'] });
    const apply = (body: object): Promise<Answer> => callAs(hub, key, 'POST', '/v1/apply', { dryRun: true, ...body });
    expect((await apply({ files: [file('globex', 'Asia/Dubai')] })).status).toBe(200);
    const [foreign, none] = [
      await apply({ files: [file('umbrella', 'UTC')] }),
      await apply({ files: [file('nobodies', 'UTC')] }),
    ];
    expect([foreign.status, none.status]).toEqual([404, 404]);
    expect(foreign.text.replaceAll('umbrella', 'nobodies')).toBe(none.text);
    expect((await apply({ files: [file('globex', 'UTC')], complete: true })).status).toBe(403);
  });
});

describe('personal values', () => {
  const url = (): string => `/v1/brands/umbrella/events/${eventId}?reveal=true`;

  it('are shown to a key with reveal, after the access is in the audit log', async () => {
    const { key, name } = await makeKey(hub, { role: 'viewer', brands: ['umbrella'], reveal: true });
    const masked = await callAs(hub, key, 'GET', url().replace('true', 'false'));
    expect(masked.text).not.toContain(MOBILE);
    expect(await audit(`&action=event.reveal&actor=${name}`)).toEqual([]);
    const shown = await callAs(hub, key, 'GET', url());
    expect(at(shown.body, 'data.customerIdentifiers.instore.mobile')).toBe(MOBILE);
    expect(await audit(`&action=event.reveal&actor=${name}`)).toMatchObject([{ brand: 'umbrella', target: eventId }]);
  });

  it('are refused to any other key, regardless of its role and of the event', async () => {
    const { key, name } = await makeKey(hub, { role: 'admin' });
    for (const id of [eventId, '019aa000-0000-7000-8000-000000000000']) {
      const refused = await callAs(hub, key, 'GET', `/v1/brands/umbrella/events/${id}?reveal=true`);
      expect(refused.status).toBe(403);
      expect(refused.text).not.toContain(MOBILE);
    }
    expect(await audit(`&actor=${name}`)).toEqual([]);
  });

  it('include the body of a quarantined event', async () => {
    const { events } = await hub.ingest('umbrella/capillary', 'not JSON at all', { authorization: `Bearer ${TOKEN}` });
    const path = `/v1/brands/umbrella/events/${events[0]?.id ?? ''}`;
    expect(at((await hub.admin('GET', path)).body, 'body')).toBeNull();
    const revealed = await hub.admin('GET', `${path}?reveal=true`);
    expect(Buffer.from(String(at(revealed.body, 'body')), 'base64').toString()).toBe('not JSON at all');
  });
});

describe('guessing keys', () => {
  const guess = (key: string): Promise<Answer> => callAs(other, key, 'GET', '/v1/brands');

  it('throttles wrong keys of an address, but neither valid keys nor events', async () => {
    const fresh = await makeKey(hub, { role: 'viewer' });
    const statuses: number[] = [];
    let last: Answer | undefined;
    for (let index = 0; index < 12; index++) {
      last = await guess(`wrong-key-${index}`);
      statuses.push(last.status);
    }
    // Calls with revoked and expired keys count as calls with wrong keys too.
    expect([statuses[0], ...statuses.slice(10)]).toEqual([401, 429, 429]);
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);

    // Simulates a restart behind a proxy: this process has never seen the key, and all callers share one address.
    expect((await guess(fresh.key)).status).toBe(200);
    expect((await guess('wrong-key-0')).status).toBe(429);
    expect(await post(other, 'umbrella/capillary', 'Bearer wrong', 'x')).toBe(401);
    expect(await post(other, 'umbrella/capillary', `Bearer ${TOKEN}`, 'while-locked')).toBe(202);
    // Each process counts wrong keys separately.
    expect((await callAs(hub, fresh.key, 'GET', '/v1/brands')).status).toBe(200);
    expect(other.log.join('\n')).not.toContain('wrong-key');
  });
});
