import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readBrandSource } from '@patchbay/config';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type Answer, type TestHub } from './support/test-hub.js';

const SECRET = 'invented-bearer-1';
const MASK = '••••';

/** YAML of a brand that a file manages. */
const filed = `
brand: filed
recipients:
  consent: { sms: "{{ recipient.smsOptIn }}" }
  resolver:
    type: http
    url: "https://crm.filed.example/contacts?key=\${env:FILED_KEY}&id={{ event.customerId }}"
    headers: { authorization: "Bearer \${env:FILED_KEY}", x-tenant: "\${env:FILED_KEY}" }
    mapping: { phone: "{{ body.mobile }}" }
sources:
  shop: { adapter: json, auth: { bearer: ["\${env:FILED_TOKEN}"] } }
destinations:
  crm:
    type: webhook
    credentials: { bearer: "\${env:FILED_TOKEN}" }
    settings: { url: "\${env:FILED_URL}" }
subscriptions:
  all: { source: shop, events: ["*"], destination: crm, mapping: { body: { from: file } } }
`;
const FILED_ENV = { FILED_TOKEN: 'invented-filed-token', FILED_KEY: 'invented-filed-key' };
const FILED_AUTH = { authorization: `Bearer ${FILED_ENV.FILED_TOKEN}` };

let receiver: Receiver;
let hub: TestHub;
/** Second hub instance on the same database, which stands for another process of the hub. */
let other: TestHub;
beforeAll(async () => {
  receiver = await startReceiver();
  const files = { brands: { filed }, env: { ...FILED_ENV, FILED_URL: receiver.url } };
  hub = await startTestHub(files);
  other = await startTestHub({ ...files, databaseUrl: hub.databaseUrl, environment: { PATCHBAY_ROLE: 'api' } });
}, SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await other.close();
  await hub.close();
  await receiver.close();
});

/** Name of the brand of the current test. Each test uses another brand. */
let brand: string;
let brands = 0;
beforeEach(() => {
  brand = `brand-${++brands}`;
});

const AUTH = { authorization: `Bearer ${SECRET}` };
const get = (path: string): Promise<Answer> => hub.admin('GET', path);
const post = (path: string, body: unknown): Promise<Answer> => hub.admin('POST', path, body);
const patch = (path: string, body: unknown, headers?: Record<string, string>): Promise<Answer> =>
  hub.admin('PATCH', path, body, headers);
const remove = (path: string, headers?: Record<string, string>): Promise<Answer> =>
  hub.admin('DELETE', path, undefined, headers);

const source = { name: 'shop', adapter: 'json', auth: { bearer: [SECRET] } };
const destination = (): object => ({
  name: 'crm',
  type: 'webhook',
  credentials: { bearer: SECRET },
  settings: { url: receiver.url },
});
const subscription = {
  name: 'all',
  source: 'shop',
  events: ['*'],
  destination: 'crm',
  mapping: { body: { n: '{{ data.n }}', by: 'all' } },
};

/** Creates a complete brand over the API and returns the path of the brand. */
async function make(): Promise<string> {
  const path = `/v1/brands/${brand}`;
  const answers = [
    await post('/v1/brands', { name: brand }),
    await post(`${path}/sources`, source),
    await post(`${path}/destinations`, destination()),
    await post(`${path}/subscriptions`, subscription),
  ];
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  return path;
}

let events = 0;
function event(data: object = {}): object {
  return { id: `e${++events}`, type: 'orderPlaced', ...data };
}

/** Returns the requests with this text that the receiver got. */
async function received(text: string): Promise<{ body: string; authorization: string | undefined }> {
  const find = () => receiver.received.find(({ body }) => body.includes(text));
  await until(() => find() !== undefined, { what: `a request with ${text}` });
  return { body: find()?.body ?? '', authorization: find()?.headers.authorization };
}

/** Returns the names of the fields in the errors of a problem document. */
function fields({ body }: Answer): readonly unknown[] {
  const errors = at(body, 'errors');
  return Array.isArray(errors) ? errors.map((error) => at(error, 'field')) : [];
}

/** Reads all objects of a brand from the API. */
async function seen(path: string): Promise<unknown> {
  const answers = await Promise.all(
    ['', '/sources', '/destinations', '/subscriptions'].map((part) => get(path + part)),
  );
  return answers.map(({ body }) => body);
}

describe('objects created over the API', () => {
  it('are returned by the creation as they are read later, in every process', async () => {
    const path = await make();
    const made = await post(`${path}/destinations`, {
      ...destination(),
      name: 'spare',
      retry: { schedule: ['0s', '90s'] },
    });
    expect(made.body).toMatchObject({
      name: 'spare',
      credentials: { bearer: MASK },
      settings: { url: receiver.url },
      retry: { schedule: ['0s', '90s'] },
      managedBy: 'api',
      file: null,
    });
    expect(made.text).not.toContain(SECRET);
    expect(made.headers.get('location')).toBe(`${path}/destinations/spare`);
    expect(made.headers.get('etag')).toMatch(/^"[0-9a-f]{32}"$/);
    for (const reader of [hub, other]) {
      const read = await reader.admin('GET', made.headers.get('location') ?? '');
      expect(read.body).toEqual(made.body);
      expect(read.headers.get('etag')).toBe(made.headers.get('etag'));
    }
    expect((await get(`${path}/sources/shop`)).body).toMatchObject({ auth: { bearer: [MASK] }, managedBy: 'api' });
    expect((await get(path)).body).toMatchObject({
      name: brand,
      timezone: 'UTC',
      retention: '30d',
      recipients: { order: ['event'], resolver: null, consent: null },
      enrichment: null,
      managedBy: 'api',
    });
  });

  it('route the next event, in every process', async () => {
    const path = await make();
    for (let round = 1; round <= 10; round++) {
      const name = `round-${round}`;
      const mark = `${brand}/${name}`;
      const writer = round % 2 === 0 ? hub : other;
      const reader = round % 2 === 0 ? other : hub;
      const made = await writer.admin('POST', `${path}/subscriptions`, {
        ...subscription,
        name,
        mapping: { body: { mark } },
      });
      expect(made.status).toBe(201);
      const accepted = await reader.ingest(`${brand}/shop`, event(), AUTH);
      expect([accepted.status, accepted.text]).toEqual([202, expect.stringContaining('"accepted"')]);
      const found = await get(`${path}/events/${accepted.events[0]?.id ?? ''}`);
      expect([found.status, found.text]).toEqual([200, expect.stringContaining(name)]);
      const outcomes = at(found.body, 'subscriptions');
      expect(Array.isArray(outcomes) ? outcomes.map((one: unknown) => at(one, 'name')) : []).toContain(name);
      expect((await writer.admin('DELETE', `${path}/subscriptions/${name}`)).status).toBe(204);
      const after = await reader.ingest(`${brand}/shop`, event({ n: 'after' }), AUTH);
      const later = await get(`${path}/events/${after.events[0]?.id ?? ''}`);
      expect(later.text).not.toContain(name);
    }
  });

  it('enable and disable a source at once, in every process', async () => {
    const path = await make();
    expect((await patch(`${path}/sources/shop`, { auth: { bearer: ['invented-new', SECRET] } })).status).toBe(200);
    const NEW = { authorization: 'Bearer invented-new' };
    for (const process of [hub, other]) {
      expect((await process.ingest(`${brand}/shop`, event(), NEW)).status).toBe(202);
      expect((await process.ingest(`${brand}/shop`, event(), AUTH)).status).toBe(202);
    }
    expect((await patch(`${path}/sources/shop`, { auth: { bearer: ['invented-new'] } })).status).toBe(200);
    for (const process of [other, hub]) {
      expect((await process.ingest(`${brand}/shop`, event(), AUTH)).status).toBe(401);
      expect((await process.ingest(`${brand}/shop`, event(), NEW)).status).toBe(202);
    }
  });

  it('coexist with objects of a file, and an apply does not change them', async () => {
    const path = '/v1/brands/filed';
    const mine = { ...destination(), name: 'mine' };
    expect((await post(`${path}/destinations`, mine)).status).toBe(201);
    const beside = { ...subscription, name: 'beside', destination: 'mine', mapping: { body: { from: 'the API' } } };
    expect((await post(`${path}/subscriptions`, beside)).status).toBe(201);
    const again = await post('/v1/apply', {
      files: [{ file: 'filed.yaml', ...contentOf(filed, { ...FILED_ENV, FILED_URL: receiver.url }) }],
      prune: true,
    });
    expect(again.status).toBe(200);
    await hub.ingest('filed/shop', event(), FILED_AUTH);
    await received('{"from":"the API"}');
    await received('{"from":"file"}');
    expect((await remove(`${path}/subscriptions/beside`)).status).toBe(204);
    expect((await remove(`${path}/destinations/mine?force=true`)).status).toBe(204);
  });
});

describe('a change', () => {
  it('keeps omitted fields, including credentials', async () => {
    const path = await make();
    const changed = await patch(`${path}/destinations/crm`, {
      settings: { headers: { 'x-a': '1' }, method: 'PUT' },
      limits: { concurrency: 3, ratePerSecond: 50, burst: 4 },
    });
    expect(changed.body).toMatchObject({
      settings: { url: receiver.url, method: 'PUT', headers: { 'x-a': '1' } },
      limits: { concurrency: 3, ratePerSecond: 50, burst: 4, timeoutMs: null },
      credentials: { bearer: MASK },
    });
    const less = await patch(`${path}/destinations/crm`, {
      settings: { headers: null },
      limits: { ratePerSecond: null },
    });
    expect(less.body).toMatchObject({
      settings: { url: receiver.url, method: 'PUT' },
      limits: { ratePerSecond: null },
    });
    expect(at(less.body, 'settings.headers')).toBeUndefined();
    await hub.ingest(`${brand}/shop`, event({ n: `${brand}-kept` }), AUTH);
    expect((await received(`${brand}-kept`)).authorization).toBe(`Bearer ${SECRET}`);
  });

  it('of a subscription creates a new version', async () => {
    const path = await make();
    const versions = [
      await patch(`${path}/subscriptions/all`, { when: { 'data.n': { $gt: 5 } } }),
      await patch(`${path}/subscriptions/all`, { when: null }),
      await patch(`${path}/subscriptions/all`, {}),
    ];
    expect(versions.map(({ body }) => [at(body, 'version'), at(body, 'when')])).toEqual([
      [2, { 'data.n': { $gt: 5 } }],
      [3, null],
      [3, null],
    ]);
  });

  it('of a brand shows resolver and enrichment without secrets', async () => {
    const path = await make();
    const resolver = {
      type: 'http',
      url: 'https://crm.example/contacts?key=invented-query&id={{ event.customerId }}',
      headers: { 'x-tenant': 'invented-header' },
      timeout: '1500ms',
      mapping: { phone: '{{ body.mobile }}' },
    };
    const changed = await patch(path, {
      timezone: 'Asia/Kolkata',
      privacy: { mode: 'pii-less', keep: ['data.n'] },
      recipients: { resolver, consent: { sms: '{{ recipient.smsOptIn }}' } },
      enrichment: {
        capillary: { baseUrl: 'https://eu.api.capillarytech.com', key: 'invented-key', secret: 'invented-x' },
      },
    });
    expect(changed.body).toMatchObject({
      timezone: 'Asia/Kolkata',
      privacy: { mode: 'pii-less', keep: ['data.n'] },
      recipients: {
        order: ['event', 'enriched', 'resolver'],
        consent: { sms: '{{ recipient.smsOptIn }}' },
        resolver: {
          ...resolver,
          url: `https://crm.example/contacts?key=${MASK}&id={{ event.customerId }}`,
          headers: { 'x-tenant': MASK },
        },
      },
      enrichment: { capillary: { baseUrl: 'https://eu.api.capillarytech.com', key: MASK, secret: MASK } },
    });
    expect(changed.text).not.toContain('invented');
    const elsewhere = await patch(path, {
      recipients: { resolver: { url: 'https://evil.example/{{ event.customerId }}' } },
    });
    expect([elsewhere.status, fields(elsewhere)]).toEqual([422, ['recipients.resolver.headers.x-tenant']]);
    const without = await patch(path, { recipients: { resolver: null }, enrichment: null });
    expect(at(without.body, 'recipients')).toMatchObject({ order: ['event'], resolver: null });
    const { text } = await get('/v1/brands/filed');
    expect(text).toContain('x-tenant');
    expect(text).not.toContain(FILED_ENV.FILED_KEY);
  });

  it('that sets another host requires the credentials again', async () => {
    const path = await make();
    const url = 'https://evil.example/hook';
    const refused = await patch(`${path}/destinations/crm`, { settings: { url } });
    expect([refused.status, fields(refused)]).toEqual([422, ['credentials.bearer']]);
    expect(refused.text).toContain('must be sent again');
    expect((await get(`${path}/destinations/crm`)).body).toMatchObject({ settings: { url: receiver.url } });
    const given = await patch(`${path}/destinations/crm`, { settings: { url }, credentials: { bearer: 'another' } });
    expect(given.body).toMatchObject({ settings: { url } });
    expect((await patch(`${path}/destinations/crm`, { settings: { url: `${url}/v2` } })).status).toBe(200);
  });

  it('of an outdated state is refused if the caller sends If-Match', async () => {
    const path = `${await make()}/destinations/crm`;
    const first = (await get(path)).headers.get('etag') ?? '';
    const paused = await post(`${path}/pause`, {});
    expect(paused.status).toBe(200);
    const second = await patch(path, { credentials: { bearer: 'another' } }, { 'if-match': first });
    expect(second.status).toBe(200);
    expect(second.headers.get('etag')).not.toBe(first);
    for (const stale of [first, '"nonsense"', 'W/', '']) {
      const answer = await patch(path, { limits: { concurrency: 9 } }, { 'if-match': stale });
      expect([stale, answer.status, at(answer.body, 'title')]).toEqual([stale, 412, 'Precondition Failed']);
      expect((await remove(path, { 'if-match': stale })).status).toBe(412);
    }
    expect((await get(path)).body).toEqual(second.body);
    const any = await patch(path, { limits: { concurrency: 9 } }, { 'if-match': '*' });
    const either = `"nonsense", ${any.headers.get('etag') ?? ''}`;
    expect((await patch(path, { limits: { concurrency: 8 } }, { 'if-match': either })).status).toBe(200);
  });

  it('that runs concurrently with another loses no field of either', async () => {
    const path = `${await make()}/destinations/crm`;
    const all = await Promise.all([
      patch(path, { limits: { concurrency: 7 } }),
      other.admin('PATCH', path, { limits: { ratePerSecond: 70 } }),
      patch(path, { settings: { method: 'PATCH' } }),
      other.admin('PATCH', path, { retry: { onUnconfirmed: 'hold' } }),
    ]);
    expect(all.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await get(path)).body).toMatchObject({
      limits: { concurrency: 7, ratePerSecond: 70 },
      settings: { method: 'PATCH', url: receiver.url },
      retry: { onUnconfirmed: 'hold' },
    });
  });
});

describe('the versions of a subscription', () => {
  /** Creates a brand whose subscription has three versions, and returns the path of the versions. */
  async function makeVersions(): Promise<string> {
    const path = `${await make()}/subscriptions/all`;
    await patch(path, { when: { 'data.points': { $gte: 50 } } });
    await patch(path, { mapping: { body: { n: '{{ data.n }}', by: 'third' } } });
    return `${path}/versions`;
  }
  const numbers = ({ body }: Answer): readonly unknown[] => {
    const data = at(body, 'data');
    return Array.isArray(data) ? data.map((version) => at(version, 'version')) : [];
  };

  it('are listed newest first, with their author and their changes', async () => {
    const versions = await makeVersions();
    const first = await get(`${versions}?limit=2`);
    expect(first.body).toMatchObject({
      data: [
        { version: 3, createdBy: 'PATCHBAY_ADMIN_KEY', origin: 'api', file: null, current: true, changed: ['mapping'] },
        { version: 2, current: false, changed: ['when'] },
      ],
    });
    const rest = await get(`${versions}?limit=2&cursor=${String(at(first.body, 'nextCursor'))}`);
    expect([numbers(rest), at(rest.body, 'nextCursor')]).toEqual([[1], null]);
    const foreign = await get(`/v1/brands/${brand}/events?cursor=${String(at(first.body, 'nextCursor'))}`);
    expect(foreign.status).toBe(400);
  });

  it('are shown with their content and compared', async () => {
    const versions = await makeVersions();
    const { body } = await get(`${versions}/1`);
    expect(body).toMatchObject({
      version: 1,
      content: { source: 'shop', destination: 'crm', when: null, mapping: subscription.mapping },
    });
    const changes = [{ field: 'mapping.body.by', before: 'all', after: 'third' }];
    expect((await get(`${versions}/3/diff`)).body).toEqual({ from: 2, to: 3, changes });
    const whole = [...changes, { field: 'when', before: null, after: { 'data.points': { $gte: 50 } } }];
    expect((await get(`${versions}/3/diff?from=1`)).body).toEqual({ from: 1, to: 3, changes: whole });
    expect((await get(`${versions}/1/diff`)).body).toMatchObject({ from: null, to: 1 });
    expect((await get(`${versions}/4`)).status).toBe(404);
    expect((await get(`${versions}/x`)).status).toBe(400);
    expect((await get(`${versions}/99999999999`)).status).toBe(400);
  });

  it('are restored as a new version, in the expected state only', async () => {
    const versions = await makeVersions();
    const path = versions.replace('/versions', '');
    const etag = (await get(path)).headers.get('etag') ?? '';
    const restore = (headers?: Record<string, string>) => hub.admin('POST', `${versions}/1/restore`, {}, headers);
    expect((await restore({ 'if-match': '"outdated"' })).status).toBe(412);
    const restored = await restore({ 'if-match': etag });
    expect([restored.status, restored.body]).toEqual([
      200,
      expect.objectContaining({ version: 4, when: null, mapping: subscription.mapping }),
    ]);
    expect((await other.admin('GET', path)).headers.get('etag')).toBe(restored.headers.get('etag'));
    expect((await restore()).body).toMatchObject({ version: 4 });
    expect((await get(`${versions}/4/diff?from=1`)).body).toMatchObject({ changes: [] });
  });

  it('are not restored if a file manages the subscription, or if their destination was deleted', async () => {
    expect((await post('/v1/brands/filed/subscriptions/all/versions/1/restore', {})).status).toBe(409);
    const versions = await makeVersions();
    const base = `/v1/brands/${brand}`;
    await post(`${base}/destinations`, { ...destination(), name: 'other' });
    await patch(versions.replace('/versions', ''), { destination: 'other' });
    expect((await remove(`${base}/destinations/crm`)).status).toBe(204);
    const refused = await post(`${versions}/1/restore`, {});
    expect([refused.status, fields(refused)]).toEqual([422, ['destination']]);
  });
});

describe('concurrent calls', () => {
  const sorted = (answers: readonly Answer[]): number[] => answers.map(({ status }) => status).sort((a, b) => a - b);

  it('succeed only once if both have the same If-Match', async () => {
    const path = `${await make()}/destinations/crm`;
    const etag = (await get(path)).headers.get('etag') ?? '';
    const changes = Array.from({ length: 6 }, (_, index) =>
      (index % 2 === 0 ? hub : other).admin(
        'PATCH',
        path,
        { limits: { concurrency: index + 1 } },
        { 'if-match': etag },
      ),
    );
    expect(sorted(await Promise.all(changes))).toEqual([200, 412, 412, 412, 412, 412]);
  });

  it('create only one object of a name', async () => {
    const path = await make();
    const made = Array.from({ length: 6 }, (_, index) =>
      (index % 2 === 0 ? hub : other).admin('POST', `${path}/sources`, { ...source, name: 'till' }),
    );
    expect(sorted(await Promise.all(made))).toEqual([201, 409, 409, 409, 409, 409]);
    const named = Array.from({ length: 4 }, () => post('/v1/brands', { name: `${brand}-2` }));
    expect(sorted(await Promise.all(named))).toEqual([201, 409, 409, 409]);
  });

  it('leave no reference to a deleted object', async () => {
    const path = await make();
    for (let round = 1; round <= 8; round++) {
      const till = { ...source, name: `till-${round}` };
      expect((await post(`${path}/sources`, till)).status).toBe(201);
      const uses = { ...subscription, name: `uses-${round}`, source: till.name };
      const [deleted, made] = await Promise.all([
        remove(`${path}/sources/${till.name}`),
        other.admin('POST', `${path}/subscriptions`, uses),
      ]);
      expect([
        [204, 422],
        [409, 201],
      ]).toContainEqual([deleted.status, made.status]);
    }
  });
});

describe('an object that a file manages', () => {
  it.each(['', '/sources/shop', '/destinations/crm', '/subscriptions/all'])(
    'cannot be changed over the API: %s',
    async (part) => {
      const path = `/v1/brands/filed${part}`;
      for (const answer of [await patch(path, {}), await remove(path)]) {
        expect(answer.status).toBe(409);
        expect(at(answer.body, 'detail')).toMatch(
          /is managed by \S*filed\.yaml\. Change it in that file and apply the file/,
        );
      }
    },
  );

  it('still belongs to the file when it is missing from it', async () => {
    const content = (also: object): object => ({
      files: [{ file: 'gone.yaml', content: { brand, ...also }, interpolated: ['sources.shop.auth.bearer[0]'] }],
    });
    const sources = { shop: { adapter: 'json', auth: { bearer: ['x'] } } };
    expect((await post('/v1/apply', content({ sources }))).status).toBe(200);
    expect((await post('/v1/apply', content({}))).status).toBe(200);
    const path = `/v1/brands/${brand}/sources`;
    for (const answer of [await patch(`${path}/shop`, {}), await remove(`${path}/shop`)]) {
      expect([answer.status, at(answer.body, 'detail')]).toEqual([
        409,
        'The source shop is disabled, because it is missing from gone.yaml. Add it to that file again, or delete it ' +
          'by ' +
          'applying the file with --prune.',
      ]);
    }
    expect((await post(path, source)).status).toBe(409);
    const uses = await post(`/v1/brands/${brand}/subscriptions`, subscription);
    expect([uses.status, fields(uses)]).toEqual([422, ['source', 'destination']]);
  });

  it('keeps its name reserved', async () => {
    const answers = [
      await post('/v1/brands', { name: 'filed' }),
      await post('/v1/brands/filed/sources', source),
      await post('/v1/brands/filed/destinations', destination()),
      await post('/v1/brands/filed/subscriptions', subscription),
    ];
    for (const answer of answers) {
      expect([answer.status, fields(answer)]).toEqual([409, ['name']]);
      expect(at(answer.body, 'detail')).toContain('filed.yaml');
    }
  });
});

describe('the start of a hub', () => {
  it('continues if a file collides with an API-managed brand, and applies the other files', async () => {
    const path = await make();
    const yaml = `brand: ${brand}\ntimezone: Asia/Dubai\n`;
    const more = `brand: ${brand}-more\n`;
    const third = await startTestHub({ brands: { 'a-wrong': yaml, more }, databaseUrl: hub.databaseUrl });
    try {
      expect(third.log.join('')).toMatch(/a-wrong\.yaml.*brand file refused, its brand stays unchanged/);
      expect((await third.admin('GET', path)).body).toMatchObject({ timezone: 'UTC', managedBy: 'api' });
      expect((await third.admin('GET', `${path}-more`)).body).toMatchObject({ managedBy: 'file' });
      expect((await third.admin('GET', '/v1/brands/filed')).status).toBe(200);
    } finally {
      await third.close();
    }
  });
});

describe('deleting', () => {
  it('names the objects that use the part, and is idempotent', async () => {
    const path = await make();
    const details = async (what: string): Promise<unknown> => at((await remove(what)).body, 'detail');
    expect(await details(`${path}/sources/shop`)).toBe('The source shop is used by subscription all. Delete it first.');
    expect(await details(`${path}/destinations/crm`)).toContain('is used by subscription all');
    expect(await details(path)).toBe(
      `The brand ${brand} still has source shop, destination crm, subscription all. Delete them first.`,
    );
    for (const part of ['/subscriptions/all', '/sources/shop', '/destinations/crm', '']) {
      expect((await remove(path + part)).status).toBe(204);
      // A second deletion of an object succeeds too. The objects of a deleted brand do not exist.
      expect((await remove(path + part)).status).toBe(204);
    }
    expect((await get(path)).status).toBe(404);
    expect((await remove(`${path}/sources/shop`)).status).toBe(404);
    expect((await post('/v1/brands', { name: brand })).status).toBe(201);
    expect((await get(`${path}/destinations`)).body).toMatchObject({ data: [] });
  });

  it('a destination reports its waiting deliveries, and cancels them with force', async () => {
    const path = await make();
    await post(`${path}/destinations/crm/pause`, {});
    const accepted = await hub.ingest(`${brand}/shop`, [event(), event(), event()], AUTH);
    expect(accepted.events).toHaveLength(3);
    expect((await remove(`${path}/subscriptions/all`)).status).toBe(204);
    const refused = await remove(`${path}/destinations/crm`);
    expect([refused.status, at(refused.body, 'detail')]).toEqual([
      409,
      `The change needs a confirmation: 3 waiting deliveries of ${brand}/crm would end. Nothing was changed. ` +
        'To confirm, repeat the request with atMost: 3.',
    ]);
    expect(refused.body).toMatchObject({
      affectedDeliveries: [{ brand, destination: 'crm', effect: 'end', count: 3 }],
      leavesPiiLess: [],
    });
    expect((await remove(`${path}/destinations/crm?atMost=2`)).status).toBe(409);
    expect((await remove(`${path}/destinations/crm?atMost=`)).status).toBe(409);
    expect((await remove(`${path}/destinations/crm?atMost=some`)).status).toBe(400);
    expect((await remove(`${path}/destinations/crm?force=perhaps`)).status).toBe(400);
    expect((await remove(`${path}/destinations/crm?atMost=3`)).status).toBe(204);
    expect((await get(`${path}/destinations/crm`)).status).toBe(404);
  });

  it('a pii-less brand stores personal data only after a confirmation', async () => {
    const path = `/v1/brands/${brand}`;
    const setPrivacy = (privacy: string, query = '') => hub.admin('PATCH', `${path}${query}`, { privacy });
    expect((await post('/v1/brands', { name: brand, privacy: 'pii-less' })).status).toBe(201);
    const refused = await setPrivacy('standard');
    expect(refused).toMatchObject({ status: 409, body: { leavesPiiLess: [brand], affectedDeliveries: [] } });
    expect(at(refused.body, 'detail')).toContain('repeat the request with confirmPrivacy: true');
    expect((await get(path)).body).toMatchObject({ privacy: { mode: 'pii-less' } });
    expect((await setPrivacy('standard', '?confirmPrivacy=true')).status).toBe(200);
  });
});

describe('an invalid body', () => {
  const till = { ...source, name: 'till' };
  const more = { ...subscription, name: 'more' };
  const deep = `{"name":"a","settings":${'{"a":'.repeat(70)}1${'}'.repeat(71)}`;

  it.each<[string, string, unknown, number, string[]]>([
    ['no JSON', 'sources', '{"name": ', 400, []],
    ['a list', 'sources', '[]', 400, ['']],
    ['nested too deeply', 'destinations', deep, 400, []],
    ['a number beyond all bounds', 'destinations', '{"name":"a","limits":{"concurrency":1e999}}', 400, []],
    ['nothing', 'sources', undefined, 422, ['name']],
    ['a name that is no text', 'sources', { ...source, name: 7 }, 422, ['name']],
    ['a name that is none', 'sources', { ...source, name: 'No Name' }, 422, ['name']],
    ['a name with NUL', 'subscriptions', { ...subscription, name: 'a\u0000' }, 422, ['name']],
    ['__proto__ as a name', 'sources', { ...source, name: '__proto__' }, 422, ['name']],
    ['constructor as a name', 'sources', { ...source, name: 'constructor' }, 201, []],
    ['an unknown field', 'sources', { ...till, atuh: {} }, 422, ['atuh']],
    [
      'a field that is only read',
      'sources',
      { ...till, managedBy: 'file', disabled: true },
      422,
      ['managedBy', 'disabled'],
    ],
    ['an unknown field below', 'destinations', { ...till, type: 'webhook' }, 422, ['adapter', 'auth']],
    ['a needed field missing', 'sources', { name: 'a' }, 422, ['adapter']],
    ['a needed field of an adapter missing', 'sources', { name: 'a', adapter: 'capillary' }, 422, ['auth']],
    ['wrong types', 'subscriptions', { ...more, events: 'all', source: 1 }, 422, ['source', 'events']],
    ['an unknown adapter', 'sources', { ...till, adapter: 'pigeon' }, 422, ['adapter']],
    ['an unknown type', 'destinations', { name: 'a', type: 'pigeon' }, 422, ['type']],
    [
      'credentials missing',
      'destinations',
      { name: 'a', type: 'webhook', settings: { url: 'https://a.example' } },
      422,
      ['credentials'],
    ],
    ['what there is not', 'subscriptions', { ...more, source: 'a', destination: 'b' }, 422, ['source', 'destination']],
    ['a filter', 'subscriptions', { ...more, when: { 'data.a': { $where: '1' } } }, 422, ['when.data.a.$where']],
    ['a mapping', 'subscriptions', { ...more, mapping: { body: '{{ data.n' } }, 422, ['mapping.body']],
    ['a mapping file', 'subscriptions', { ...more, mapping: 'a.json' }, 422, ['mapping']],
    [
      'a mask',
      'destinations',
      { name: 'a', type: 'webhook', credentials: { bearer: MASK } },
      422,
      ['credentials.bearer'],
    ],
    ['a reference', 'sources', { ...till, auth: { bearer: ['${env:HOME}'] } }, 422, ['auth.bearer[0]']],
    ['__proto__', 'subscriptions', '{"name":"a","mapping":{"__proto__":{"a":1}}}', 422, ['mapping.__proto__']],
    ['NUL', 'sources', { ...till, auth: { bearer: ['a\u0000b'] } }, 422, ['auth.bearer[0]']],
    ['half a surrogate pair', 'sources', '{"name":"a","adapter":"\\ud800"}', 422, ['adapter']],
    [
      'an address that only a file may set',
      'destinations',
      {
        name: 'a',
        type: 'twilio-sms',
        credentials: { accountSid: `AC${'0'.repeat(32)}`, authToken: '0'.repeat(32) },
        settings: { from: '+15005550006', baseUrl: 'https://evil.example' },
      },
      422,
      ['settings.baseUrl'],
    ],
  ])('%s', async (_what, kind, body, status, expected) => {
    const path = await make();
    const whole = await seen(path);
    const answer = await post(`${path}/${kind}`, body);
    expect([answer.status, fields(answer)]).toEqual([status, expected]);
    if (status >= 400) {
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(await seen(path)).toEqual(whole);
    }
    expect(answer.text).not.toContain(SECRET);
  });

  it.each<[unknown, string[]]>([
    [{ timezone: 'Nowhere/Land' }, ['timezone']],
    [{ retention: 30 }, ['retention']],
    [{ sources: {}, subscriptions: {} }, ['sources', 'subscriptions']],
    [{ name: 'other' }, ['name']],
    [{ recipients: { order: ['resolver'] } }, ['recipients.order[0]']],
    [{ enrichment: { http: { a: { url: 'ftp://a.example' } } } }, ['enrichment.http.a.url']],
  ])('of a brand: %j', async (body, expected) => {
    const path = await make();
    const answer = await patch(path, body);
    expect([answer.status, fields(answer)]).toEqual([422, expected]);
  });

  it('does not affect other objects', async () => {
    const path = await make();
    await patch(`${path}/subscriptions/all`, { mapping: { body: { name: '{{ data.name }}' } } });
    const answer = await patch(path, { privacy: 'pii-less' });
    expect([answer.status, fields(answer)]).toEqual([422, ['subscriptions.all.mapping']]);
    expect((await get(path)).body).toMatchObject({ privacy: { mode: 'standard' } });
  });

  it.each(['%00', 'a%2F..', '__proto__', 'x'.repeat(150), '%E2%82%AC', 'No'])('has no brand %s', async (name) => {
    for (const answer of [
      await get(`/v1/brands/${name}`),
      await patch(`/v1/brands/${name}`, { timezone: 'UTC' }),
      await post(`/v1/brands/${name}/sources`, source),
      await remove(`/v1/brands/${name}/sources/shop`),
      await get(`/v1/brands/${name}/export`),
    ]) {
      expect([name, answer.status]).toEqual([name, 404]);
    }
    const path = await make();
    expect((await patch(`${path}/sources/${name}`, {})).status).toBe(404);
    expect((await remove(`${path}/sources/${name}`)).status).toBe(204);
  });
});

describe('the limits', () => {
  const subscriptions = (count: number, padding: string): object =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `s${index}`,
        { source: 'shop', events: ['never'], destination: 'crm', mapping: { body: { padding } } },
      ]),
    );
  const apply = (padding: string): Promise<Answer> =>
    post('/v1/apply', {
      files: [
        {
          file: 'full.yaml',
          content: {
            brand: 'full',
            sources: { shop: { adapter: 'json', auth: { bearer: ['x'] } } },
            destinations: { crm: { type: 'webhook', credentials: { bearer: 'x' }, settings: { url: receiver.url } } },
            subscriptions: subscriptions(1_000, padding),
          },
          interpolated: ['sources.shop.auth.bearer[0]', 'destinations.crm.credentials.bearer'],
        },
      ],
    });

  it('are a thousand subscriptions, and 32 MiB of files', async () => {
    expect((await apply('x'.repeat(2_000))).status).toBe(200);
    const one = await post('/v1/brands/full/subscriptions', { ...subscription, name: 'one-more' });
    expect([one.status, at(one.body, 'errors.0')]).toEqual([
      422,
      { field: 'subscriptions', detail: 'may have at most 1000 entries: remove some' },
    ]);
    expect((await apply('x'.repeat(34_000))).status).toBe(413);
    expect((await post('/v1/brands', { name: brand, timezone: 'x'.repeat(2_000_000) })).status).toBe(413);
  });
});

describe('an export', () => {
  it('can be applied to another hub, which then has the same configuration', async () => {
    const path = await make();
    await patch(path, {
      timezone: 'Asia/Kolkata',
      retention: '90d',
      recipients: {
        resolver: {
          type: 'http',
          url: 'https://crm.example/contacts?key=invented-query&id={{ event.customerId }}',
          headers: { authorization: 'Bearer invented-header' },
          mapping: { phone: '{{ body.mobile }}' },
        },
      },
    });
    await patch(`${path}/destinations/crm`, { limits: { concurrency: 4 }, retry: { schedule: ['0s', '36h'] } });
    await patch(`${path}/subscriptions/all`, { when: { 'data.n': { $exists: true } } });

    const exported = await get(`${path}/export`);
    expect(exported.status).toBe(200);
    expect(exported.headers.get('content-type')).toBe('application/yaml; charset=utf-8');
    expect(exported.text).not.toMatch(/invented/);
    const env = {
      [`${spelt(brand)}_RECIPIENTS_RESOLVER_URL_KEY`]: 'invented-query',
      [`${spelt(brand)}_RECIPIENTS_RESOLVER_HEADERS_AUTHORIZATION`]: 'Bearer invented-header',
      [`${spelt(brand)}_SOURCES_SHOP_AUTH_BEARER_0`]: SECRET,
      [`${spelt(brand)}_DESTINATIONS_CRM_CREDENTIALS_BEARER`]: SECRET,
    };
    for (const name of Object.keys(env)) expect(exported.text).toContain(`#   ${name}\n`);

    const empty = await startTestHub();
    try {
      const file = { file: 'brand.yaml', ...contentOf(exported.text, env) };
      const applied = await empty.admin('POST', '/v1/apply', { files: [file] });
      expect([applied.status, applied.body]).toMatchObject([200, { changes: [{}, {}, {}, {}] }]);
      for (const part of ['', '/sources/shop', '/destinations/crm', '/subscriptions/all']) {
        const here = (await get(path + part)).body;
        const there = (await empty.admin('GET', path + part)).body;
        expect(withoutOrigin(there)).toEqual(withoutOrigin(here));
      }
      await empty.ingest(`${brand}/shop`, event({ n: `${brand}-there` }), AUTH);
      expect((await received(`${brand}-there`)).authorization).toBe(`Bearer ${SECRET}`);
    } finally {
      await empty.close();
    }
  });

  it('of a brand that a file manages has only the API-managed objects', async () => {
    const mine = { ...destination(), name: 'mine' };
    await post('/v1/brands/filed/destinations', mine);
    const { text } = await get('/v1/brands/filed/export');
    expect(text).toMatch(/^# These parts were created through the API\. Add them to \S*filed\.yaml/);
    expect(text).toContain('mine:');
    expect(text).not.toContain('shop');
    expect(text).not.toContain('resolver');
    await remove('/v1/brands/filed/destinations/mine');
  });
});

describe('keys', () => {
  it('write only if their role and brands allow it', async () => {
    const path = await make();
    const key = async (body: object): Promise<{ authorization: string }> => ({
      authorization: `Bearer ${String(at((await post('/v1/keys', { name: 'a test', ...body })).body, 'key'))}`,
    });
    const viewer = await key({ role: 'operator' });
    const mine = await key({ role: 'admin', brands: [brand] });
    const statuses = async (headers: { authorization: string }): Promise<number[]> => [
      (await hub.admin('GET', `${path}/export`, undefined, headers)).status,
      (await patch(`${path}/destinations/crm`, { limits: { concurrency: 2 } }, headers)).status,
      (await hub.admin('POST', '/v1/brands', { name: `${brand}-more` }, headers)).status,
      (await patch('/v1/brands/filed', {}, headers)).status,
      (await remove(`${path}/subscriptions/none`, headers)).status,
    ];
    expect(await statuses(viewer)).toEqual([200, 403, 403, 403, 403]);
    expect(await statuses(mine)).toEqual([200, 200, 403, 404, 204]);
  });
});

/** Builds the content of a brand file as `patchbay apply` sends it. */
function contentOf(yaml: string, env: Readonly<Record<string, string>>): { content: unknown; interpolated: string[] } {
  const read = readBrandSource(yaml, 'brand.yaml', (_kind, name) => ({ value: env[name] ?? '' }));
  expect(read.problems).toEqual([]);
  return { content: read.content, interpolated: [...read.interpolated] };
}

function spelt(name: string): string {
  return name.replaceAll('-', '_').toUpperCase();
}

/** Returns an object without the fields about its manager and its version. */
function withoutOrigin(view: unknown): object {
  const { id, managedBy, file, version, ...says } = view as Record<string, unknown>;
  expect([id, managedBy, file, version]).toHaveLength(4);
  return says;
}
