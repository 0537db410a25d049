import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { adminRoutes, callAs, makeKey, type MadeKey } from './support/admin-routes.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type Answer, type TestHub } from './support/test-hub.js';

const SECRET = 'invented-secret-1';
const NEW_SECRET = 'invented-secret-2';

let receiver: Receiver;
let hub: TestHub;
/** API key that makes all calls of these tests, with its name. */
let person: MadeKey;
beforeAll(async () => {
  receiver = await startReceiver();
  hub = await startTestHub();
  person = await makeKey(hub, { role: 'admin', reveal: true });
}, SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await hub.close();
  await receiver.close();
});

async function entries(query = ''): Promise<readonly unknown[]> {
  const { body } = await hub.admin('GET', `/v1/audit?limit=200${query}`);
  const data: unknown = at(body, 'data');
  return Array.isArray(data) ? (data as unknown[]) : [];
}

/** Makes a call with the key of these tests, and returns the new audit entries as `action target`. */
async function told(method: string, path: string, body?: object): Promise<readonly string[]> {
  const before = (await entries()).length;
  const answer = await callAs(hub, person.key, method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.text}`);
  const news = (await entries()).slice(0, -before || undefined);
  for (const entry of news) expect(at(entry, 'actor')).toEqual({ name: person.name, keyId: person.id, person: null });
  return news.map((entry) => `${String(at(entry, 'action'))} ${String(at(entry, 'target'))}`);
}

async function firstDelivery(): Promise<Answer> {
  return hub.admin('GET', '/v1/brands/acme/deliveries');
}

const source = { name: 'shop', adapter: 'json', auth: { bearer: [SECRET] } };
const destination = (): object => ({
  name: 'crm',
  type: 'webhook',
  credentials: { bearer: SECRET },
  settings: { url: `${receiver.url}?key=${SECRET}`, headers: { 'x-tenant': SECRET } },
});
const subscription = { name: 'all', source: 'shop', events: ['*'], destination: 'crm', mapping: { body: {} } };

describe('the audit log', () => {
  let deliveryId = '';
  let keyId = '';
  let replayId = '';
  let importId = '';
  let tombstone = '';
  let suppressionId = '';
  const one = '/v1/brands/acme';

  /** Calls in a valid order, one for each route that changes something, with the expected audit entries. */
  const steps: readonly (readonly [route: string, () => Promise<readonly string[]>, () => readonly string[]])[] = [
    ['POST /v1/brands', () => told('POST', '/v1/brands', { name: 'acme' }), () => ['brand.create acme']],
    ['PATCH /v1/brands/:brand', () => told('PATCH', one, { timezone: 'Asia/Dubai' }), () => ['brand.update acme']],
    ['POST /v1/brands/:brand/sources', () => told('POST', `${one}/sources`, source), () => ['source.create acme/shop']],
    [
      'PATCH /v1/brands/:brand/sources/:name',
      () => told('PATCH', `${one}/sources/shop`, { auth: { bearer: [SECRET, NEW_SECRET] } }),
      () => ['source.update acme/shop'],
    ],
    [
      'POST /v1/brands/:brand/destinations',
      () => told('POST', `${one}/destinations`, destination()),
      () => ['destination.create acme/crm'],
    ],
    [
      'PATCH /v1/brands/:brand/destinations/:name',
      () => told('PATCH', `${one}/destinations/crm`, { credentials: { bearer: NEW_SECRET } }),
      () => ['destination.update acme/crm'],
    ],
    [
      'POST /v1/brands/:brand/subscriptions',
      () => told('POST', `${one}/subscriptions`, subscription),
      () => ['subscription.create acme/all'],
    ],
    [
      'PATCH /v1/brands/:brand/subscriptions/:name',
      () => told('PATCH', `${one}/subscriptions/all`, { events: ['a*'] }),
      () => ['subscription.update acme/all'],
    ],
    [
      'POST /v1/brands/:brand/subscriptions/:name/versions/:version/restore',
      () => told('POST', `${one}/subscriptions/all/versions/1/restore`),
      () => ['subscription.update acme/all'],
    ],
    [
      'POST /v1/brands/:brand/deliveries/:id/redeliver',
      async () => {
        receiver.answer(400);
        await hub.ingest('acme/shop', { type: 'a', id: '1' }, { authorization: `Bearer ${SECRET}` });
        await until(async () => at((await firstDelivery()).body, 'data.0.status') === 'dead', {
          what: 'a dead letter',
        });
        receiver.answer(204);
        deliveryId = String(at((await firstDelivery()).body, 'data.0.id'));
        return told('POST', `${one}/deliveries/${deliveryId}/redeliver`);
      },
      () => [`delivery.redeliver ${deliveryId}`],
    ],
    [
      'POST /v1/brands/:brand/deliveries/redeliver',
      async () => {
        receiver.answer(400);
        await hub.ingest('acme/shop', { type: 'a', id: 'bulk' }, { authorization: `Bearer ${SECRET}` });
        await until(async () => at((await firstDelivery()).body, 'data.0.status') === 'dead', {
          what: 'a dead letter',
        });
        receiver.answer(204);
        return told('POST', `${one}/deliveries/redeliver`, { filter: { status: 'dead' } });
      },
      () => ['delivery.redeliver acme'],
    ],
    [
      'POST /v1/brands/:brand/destinations/:name/pause',
      () => told('POST', `${one}/destinations/crm/pause`, { reason: 'holidays' }),
      () => ['destination.pause acme/crm'],
    ],
    [
      'POST /v1/brands/:brand/deliveries/:id/cancel',
      async () => {
        await hub.ingest('acme/shop', { type: 'a', id: '2' }, { authorization: `Bearer ${SECRET}` });
        deliveryId = String(at((await firstDelivery()).body, 'data.0.id'));
        return told('POST', `${one}/deliveries/${deliveryId}/cancel`);
      },
      () => [`delivery.cancel ${deliveryId}`],
    ],
    [
      'POST /v1/brands/:brand/destinations/:name/resume',
      () => told('POST', `${one}/destinations/crm/resume`),
      () => ['destination.resume acme/crm'],
    ],
    [
      'POST /v1/brands/:brand/destinations/:name/rotate-callback',
      async () => {
        const texts = { name: 'texts', type: 'netcore-email', credentials: { apiKey: SECRET } };
        await hub.admin('POST', `${one}/destinations`, { ...texts, settings: { from: 'hello@acme.example' } });
        const news = await told('POST', `${one}/destinations/texts/rotate-callback`);
        await hub.admin('DELETE', `${one}/destinations/texts`);
        return news;
      },
      () => ['destination.rotateCallback acme/texts'],
    ],
    [
      'POST /v1/brands/:brand/replays',
      async () => {
        const news = await told('POST', `${one}/replays`, { filter: { eventType: 'a' }, mapping: 'current' });
        replayId = String(at((await hub.admin('GET', `${one}/replays`)).body, 'data.0.id'));
        return news;
      },
      () => [`replay.start ${replayId}`],
    ],
    [
      'POST /v1/brands/:brand/replays/:id/cancel',
      () => told('POST', `${one}/replays/${replayId}/cancel`),
      () => [`replay.cancel ${replayId}`],
    ],
    [
      'POST /v1/brands/:brand/sources/:source/imports',
      async () => {
        const news = await told('POST', `${one}/sources/shop/imports`, { fileName: 'a.ndjson', sizeBytes: 10 });
        importId = String(at((await hub.admin('GET', `${one}/sources/shop/imports`)).body, 'data.0.id'));
        return news;
      },
      () => [`import.start ${importId}`],
    ],
    [
      'POST /v1/brands/:brand/sources/:source/imports/:id/cancel',
      () => told('POST', `${one}/sources/shop/imports/${importId}/cancel`),
      () => [`import.cancel ${importId}`],
    ],
    [
      'POST /v1/brands/:brand/suppressions',
      () => told('POST', `${one}/suppressions`, { suppressions: [{ kind: 'phone', address: '+15005550006' }] }),
      () => ['suppression.add acme'],
    ],
    [
      'DELETE /v1/brands/:brand/suppressions/:id',
      async () => {
        suppressionId = String(at((await hub.admin('GET', `${one}/suppressions`)).body, 'data.0.id'));
        return told('DELETE', `${one}/suppressions/${suppressionId}`);
      },
      () => [`suppression.remove ${suppressionId}`],
    ],
    [
      'DELETE /v1/brands/:brand/customers/:customerId',
      async () => {
        const news = await told('DELETE', `${one}/customers/700100200`);
        tombstone = String(at((await hub.admin('GET', `${one}/erasures`)).body, 'data.0.tombstone'));
        return news;
      },
      () => [`customer.forget ${tombstone}`],
    ],
    [
      'DELETE /v1/brands/:brand/subscriptions/:name',
      () => told('DELETE', `${one}/subscriptions/all`),
      () => ['subscription.delete acme/all'],
    ],
    [
      'DELETE /v1/brands/:brand/destinations/:name',
      () => told('DELETE', `${one}/destinations/crm`),
      () => ['destination.delete acme/crm'],
    ],
    [
      'DELETE /v1/brands/:brand/sources/:name',
      () => told('DELETE', `${one}/sources/shop`),
      () => ['source.delete acme/shop'],
    ],
    ['DELETE /v1/brands/:brand', () => told('DELETE', one), () => ['brand.delete acme']],
    [
      'POST /v1/apply',
      () => told('POST', '/v1/apply', { files: [{ file: 'globex.yaml', content: { brand: 'globex' } }] }),
      () => ['brand.create globex'],
    ],
    [
      'POST /v1/keys',
      async () => {
        const news = await told('POST', '/v1/keys', { name: 'short-lived', role: 'viewer' });
        keyId = String(at((await hub.admin('GET', '/v1/keys')).body, 'data.0.id'));
        return news;
      },
      () => [`key.create ${keyId}`],
    ],
    ['POST /v1/session/links', () => told('POST', '/v1/session/links'), () => [`session.createLink ${person.id}`]],
    ['DELETE /v1/keys/:id', () => told('DELETE', `/v1/keys/${keyId}`), () => [`key.revoke ${keyId}`]],
  ];
  /**
   * Routes that these tests skip: routes that change nothing, and routes with a separate test. The separate tests rotate
   * the master key, sign out of the console, send a test message, resume a paused lookup, and register at Capillary.
   */
  const WITHOUT = [
    'POST /v1/brands/:brand/preview',
    'POST /v1/brands/:brand/trials',
    'POST /v1/brands/:brand/destinations/:name/test-send',
    'POST /v1/brands/:brand/destinations/:name/verify',
    // Asks the vendor only, and changes nothing.
    'POST /v1/brands/:brand/destinations/:name/choices/:field',
    // Starts nothing until a person comes back from the vendor, which oauth.e2e-spec.ts tests with the audit entries.
    'POST /v1/brands/:brand/destinations/:name/oauth/connect',
    'DELETE /v1/brands/:brand/destinations/:name/oauth',
    'POST /v1/brands/:brand/capillary/check',
    'POST /v1/brands/:brand/capillary/reconcile',
    // Tested in capillary-log-checks.e2e-spec.ts.
    'POST /v1/brands/:brand/capillary/log-checks/:id/cancel',
    'POST /v1/brands/:brand/capillary/register',
    'POST /v1/brands/:brand/capillary/unregister',
    'POST /v1/brands/:brand/capillary/verify',
    'POST /v1/brands/:brand/lookups/:lookup/resume',
    'POST /v1/brands/:brand/lookups/:lookup/verify',
    // Adds bytes to an upload, whose start has an entry.
    'PATCH /v1/brands/:brand/sources/:source/imports/:id',
    'POST /v1/keys/rotate-master',
    // People exist only after a sign-in at a provider. postgres-person.store.spec.ts and access-tokens.e2e-spec.ts test the entries.
    'DELETE /v1/people/:id',
    'POST /v1/people/:id/restore',
    // The database of this hub has nothing to contract. contract-schema.spec.ts tests the entry.
    'POST /v1/schema/contract',
    'POST /console/mail-frame',
    'DELETE /v1/session',
  ];

  it('is tested for every route that changes something', () => {
    const changing = adminRoutes(hub)
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path}`);
    expect([...steps.map(([route]) => route), ...WITHOUT].sort()).toEqual(changing.sort());
  });

  it.each(steps)('has entries for %s', async (_route, call, expected) => {
    expect(await call()).toEqual(expected());
  });

  it('contains the changed fields before and after, and no secret', async () => {
    const [updated] = await entries('&action=brand.update&target=acme');
    expect(updated).toMatchObject({ brand: 'acme', before: { timezone: 'UTC' }, after: { timezone: 'Asia/Dubai' } });
    const [secret] = await entries('&action=destination.update');
    expect(secret).toMatchObject({ before: { credentials: '••••' }, after: { credentials: '••••' } });
    const everything = JSON.stringify(await entries());
    expect(everything).toContain('"url":');
    expect(everything).not.toContain('invented-secret');
  });

  it('contains no entry for refused requests', async () => {
    const before = (await entries()).length;
    await callAs(hub, person.key, 'POST', '/v1/brands', { name: 'Not A Name' });
    await callAs(hub, person.key, 'DELETE', '/v1/keys/019aa000-0000-7000-8000-000000000000');
    await callAs(hub, 'wrong', 'POST', '/v1/brands', { name: 'other' });
    expect(await entries()).toHaveLength(before);
  });

  it('is read page by page, newest first', async () => {
    const all = await entries();
    const ids: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await hub.admin('GET', `/v1/audit?limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`);
      const data: unknown = at(body, 'data');
      ids.push(...(Array.isArray(data) ? data.map((entry) => at(entry, 'id')) : []));
      const next = at(body, 'nextCursor');
      cursor = typeof next === 'string' ? next : null;
    }
    expect(ids).toEqual(all.map((entry) => at(entry, 'id')));
    expect(all.length).toBeGreaterThan(20);
    const [newest] = all;
    expect(await entries(`&to=${String(at(newest, 'at'))}`)).not.toContainEqual(newest);
  });
});
