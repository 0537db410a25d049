import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import pg from 'pg';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from './support/acme.js';
import { callAs, makeKey } from './support/admin-routes.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type Answer, type TestHub } from './support/test-hub.js';

const PUBLIC_URL = 'https://hub.example.com';
const MAIL = '/v1/brands/acme/destinations/mail';

const BRAND = `
brand: acme
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
destinations:
  mail:
    type: netcore-email
    credentials: { apiKey: "\${env:KEY}" }
    settings: { from: hello@acme.example, baseUrl: "\${env:VENDOR}" }
  text:
    type: http-sms
    credentials: { headers: { x-api-key: "\${env:KEY}" } }
    settings: { request: { url: "\${env:SMS}", json: { to: "{{ to }}", text: "{{ body }}" } } }
  hook:
    type: webhook
    credentials: { bearer: "\${env:KEY}" }
    settings: { url: https://example.com/ }
subscriptions:
  points:
    source: capillary
    events: [pointsIssued]
    destination: mail
    mapping: { to: asha@example.com, subject: Points, text: Points }
    messaging:
      fallback: [{ destination: text, on: [bounced], after: 1h, mapping: { to: "+15005550006", body: Points } }]
`;

describe('callback URLs', () => {
  let vendor: Receiver;
  let sms: Receiver;
  let hub: TestHub;
  let env: Readonly<Record<string, string>>;
  const environment = { PATCHBAY_PUBLIC_URL: PUBLIC_URL };

  beforeAll(async () => {
    [vendor, sms] = [await startReceiver(), await startReceiver()];
    env = { ACME_TOKEN, KEY: 'invented-key', VENDOR: vendor.url.replace(/\/$/, ''), SMS: sms.url };
    hub = await startTestHub({ brands: { acme: BRAND }, env, environment });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
    await vendor.close();
    await sms.close();
  });

  const urlFor = async (key: string): Promise<unknown> => at((await callAs(hub, key, 'GET', MAIL)).body, 'callbackUrl');
  const audit = async (action: string): Promise<readonly unknown[]> =>
    at((await hub.admin('GET', `/v1/audit?action=${action}`)).body, 'data') as unknown[];
  const callBack = async (url: unknown, body: unknown = []): Promise<number> =>
    (await fetch(String(url).replace(PUBLIC_URL, hub.url), { method: 'POST', body: JSON.stringify(body) })).status;
  const delivery = async (): Promise<Answer> => hub.admin('GET', '/v1/brands/acme/deliveries');

  it('with a wrong token are refused before the body is read', async () => {
    const url = `${hub.url}/v1/callbacks/00000000-0000-7000-8000-000000000000/wrong`;
    // A hub that reads the body first waits for the rest of it.
    const call = request(url, { method: 'POST', headers: { 'content-length': 1_000 } });
    call.on('error', () => undefined);
    call.write('[');
    const status = await new Promise((resolve) => call.once('response', (answer) => resolve(answer.statusCode)));
    call.destroy();
    expect(status).toBe(403);
  });

  it('are shown to operators and admins only, and each access is in the audit log', async () => {
    const viewer = await makeKey(hub, { role: 'viewer' });
    const operator = await makeKey(hub, { role: 'operator', brands: ['acme'] });
    expect(await urlFor(viewer.key)).toBeNull();
    expect(await audit('destination.showCallback')).toEqual([]);
    expect(await urlFor(operator.key)).toMatch(
      /^https:\/\/hub\.example\.com\/v1\/callbacks\/[0-9a-f-]{36}\/[0-9a-f]{32}$/,
    );
    const shown = { actor: { name: operator.name, keyId: operator.id }, brand: 'acme', target: 'acme/mail' };
    expect(await audit('destination.showCallback')).toMatchObject([shown]);
    for (const [method, path] of [
      ['GET', '/v1/brands/acme/destinations'],
      ['POST', `${MAIL}/pause`],
      ['POST', `${MAIL}/resume`],
    ] as const) {
      expect((await callAs(hub, operator.key, method, path)).text).not.toContain('/v1/callbacks/');
    }
  });

  it('do not let a forged bounce of a delivery that was never attempted start a fallback', async () => {
    const url = at((await hub.admin('GET', MAIL)).body, 'callbackUrl');
    await hub.admin('POST', `${MAIL}/pause`);
    await hub.ingest('acme/capillary', pointsIssued('forged-1'), ACME_AUTH);
    const id = String(at((await delivery()).body, 'data.0.id'));
    expect(await callBack(url, [{ EVENT: 'bounced', 'X-APIHEADER': id }])).toBe(204);
    expect(at((await delivery()).body, 'data')).toMatchObject([{ id, vendorStatus: null }]);
    expect(sms.received).toEqual([]);
  });

  it('are rotated: the old one stays valid for 7 days, one before that does not', async () => {
    const viewer = await makeKey(hub, { role: 'viewer' });
    const operator = await makeKey(hub, { role: 'operator' });
    const rotate = (key: string): Promise<Answer> => callAs(hub, key, 'POST', `${MAIL}/rotate-callback`);
    const first = await urlFor(operator.key);
    expect((await rotate(viewer.key)).status).toBe(403);
    const rotated = await rotate(operator.key);
    const second = at(rotated.body, 'callbackUrl');
    expect([rotated.status, second === first]).toEqual([200, false]);
    expect(await urlFor(operator.key)).toBe(second);
    const days = (Date.parse(String(at(rotated.body, 'previousValidUntil'))) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(7);
    expect([await callBack(first), await callBack(second)]).toEqual([204, 204]);
    const third = at((await rotate(operator.key)).body, 'callbackUrl');
    expect([await callBack(first), await callBack(second), await callBack(third)]).toEqual([403, 204, 204]);
    expect(await audit('destination.rotateCallback')).toMatchObject([
      { actor: { name: operator.name }, target: 'acme/mail', after: { callbackVersion: 3 } },
      { actor: { name: operator.name }, target: 'acme/mail', after: { callbackVersion: 2 } },
    ]);
    const hooked = await callAs(hub, operator.key, 'POST', '/v1/brands/acme/destinations/hook/rotate-callback');
    expect([hooked.status, hooked.text]).toEqual([
      409,
      expect.stringContaining('destinations of type webhook have no callback URL'),
    ]);
  });

  it(
    'are accepted by a process that did not need the brand before, also after a rotation',
    async () => {
      const operator = await makeKey(hub, { role: 'operator' });
      const { databaseUrl, configDirectory } = hub;
      const api = { ...environment, PATCHBAY_ROLE: 'api' };
      const rotated = String(
        at((await callAs(hub, operator.key, 'POST', `${MAIL}/rotate-callback`)).body, 'callbackUrl'),
      );
      const unknown = rotated.replace(/[0-9a-f-]{36}/, '00000000-0000-4000-8000-000000000000');
      const other = await startTestHub({ databaseUrl, configDirectory, env, environment: api });
      try {
        const statuses: number[] = [];
        for (const url of [rotated, `${rotated}0`, unknown, `${PUBLIC_URL}/v1/callbacks/no-uuid/x`]) {
          statuses.push((await fetch(url.replace(PUBLIC_URL, other.url), { method: 'POST', body: '[]' })).status);
        }
        expect(statuses).toEqual([204, 403, 403, 403]);
      } finally {
        await other.close();
      }
    },
    SERVICE_TIMEOUT_MS,
  );

  it(
    'accept no calls while stored values are invalid for the plugin',
    async () => {
      const url = at((await hub.admin('GET', MAIL)).body, 'callbackUrl');
      expect(await callBack(url)).toBe(204);
      await hub.stop();
      const client = new pg.Client({ connectionString: hub.databaseUrl });
      await client.connect();
      await client.query(`UPDATE destinations SET settings = '{"sender":"hello@acme.example"}' WHERE name = 'mail'`);
      await client.end();
      const { databaseUrl, configDirectory } = hub;
      const second = await startTestHub({ databaseUrl, configDirectory, env, environment });
      try {
        const called = await fetch(String(url).replace(PUBLIC_URL, second.url), { method: 'POST', body: '[]' });
        expect(called.status).toBe(403);
      } finally {
        await second.close();
      }
    },
    SERVICE_TIMEOUT_MS,
  );
});
