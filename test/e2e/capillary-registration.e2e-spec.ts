import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@patchbay/embedded';
import { textOf, type JsonObject } from '@patchbay/plugin-sdk';
import {
  answer,
  CAPILLARY_KEY,
  CAPILLARY_SECRET,
  capillarySandbox,
  startSandbox,
  type CapillarySandbox,
  type StartedSandbox,
} from '@patchbay/testing';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import pg from 'pg';
import { pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type Answer, type TestHub } from './support/test-hub.js';

const brand = `
brand: acme
sources:
  capillary: { adapter: capillary, auth: { generated: true } }
platform:
  capillary: { baseUrl: "\${env:CAPILLARY}", key: "\${env:CAP_KEY}", secret: "\${env:CAP_SECRET}", org: 100001, ratePerMinute: 10000 }
destinations:
  hook: { type: webhook, credentials: { bearer: "\${env:HOOK_TOKEN}" }, settings: { url: "\${env:HOOK}" } }
  ops: { type: webhook, credentials: { bearer: "\${env:HOOK_TOKEN}" }, settings: { url: "\${env:OPS}" } }
subscriptions:
  points:
    source: capillary
    events: [pointsIssued]
    enrich: [customer]
    destination: hook
    mapping: { body: { event: "{{ event.type }}", name: "{{ enriched.customer.firstName }}" } }
  alerts:
    source: patchbay
    events: ["capillary.*"]
    destination: ops
    mapping: { body: { type: "{{ event.type }}", deleted: "{{ data.deleted }}", field: "{{ data.changes[0].field }}" } }
`;

/** Header of the events, in lower case. */
const HEADER = 'x-patchbay-secret';

describe('a brand that is registered at Capillary', () => {
  let capillary: CapillarySandbox;
  let api: StartedSandbox;
  let hook: Receiver;
  let ops: Receiver;
  let hub: TestHub;
  const secrets: string[] = [];
  /** Secret of the brand `made`. */
  let ownSecret = '';
  let env: Record<string, string> = {};

  beforeAll(async () => {
    [hook, ops] = [await startReceiver(), await startReceiver()];
    capillary = capillarySandbox();
    api = await startSandbox(capillary.definition);
    env = {
      CAPILLARY: api.sandbox.baseUrl,
      CAP_KEY: CAPILLARY_KEY,
      CAP_SECRET: CAPILLARY_SECRET,
      HOOK: hook.url,
      OPS: ops.url,
      HOOK_TOKEN: 'invented-hook-token',
    };
    const port = await freePort();
    hub = await startTestHub({
      brands: { acme: brand },
      env,
      environment: { PORT: String(port), PATCHBAY_PUBLIC_URL: `http://127.0.0.1:${port}` },
    });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
    await api.stop();
    await hook.close();
    await ops.close();
  });

  const post = (action: string, body: object = {}): Promise<Answer> =>
    hub.admin('POST', `/v1/brands/acme/capillary/${action}`, body);
  const webhook = (): JsonObject => {
    const found = [...capillary.webhooks.byId.values()].find(({ name }) => name === 'Patchbay acme capillary');
    if (found === undefined) throw new Error('Capillary has no webhook.');
    return found;
  };
  const change = (fields: JsonObject): void => {
    const found = webhook();
    capillary.webhooks.byId.set(textOf(found['webHookId']) ?? '', { ...found, ...fields });
  };
  const secret = (): string => {
    const value = String(at(webhook(), `webHookHeaders.${HEADER}`));
    if (!secrets.includes(value)) secrets.push(value);
    return value;
  };
  const send = async (id: string, value: string): Promise<number> =>
    (await hub.ingest('acme/capillary', pointsIssued(id), { [HEADER]: value })).status;

  it('shows the changes first, and accepts no event before', async () => {
    const { status, body } = await post('register', { dryRun: true });
    expect([status, at(body, 'applied'), at(body, 'webhookId')]).toEqual([200, false, null]);
    expect(at(body, 'changes')).toContainEqual({ field: 'eventNames', before: null, after: 'pointsIssued' });
    expect(capillary.webhooks.byId.size).toBe(0);
    expect(await send('early', '')).toBe(401);
  });

  it('creates the webhook, and receives the events that Capillary sends', async () => {
    expect(await post('register')).toMatchObject({ status: 200, body: { applied: true } });
    expect(webhook()).toMatchObject({
      name: 'Patchbay acme capillary',
      active: true,
      eventNames: ['pointsIssued'],
      webHookUrl: `${hub.url}/v1/ingest/acme/capillary`,
      methodType: 'POST',
      webHookType: 'HTTP',
    });
    expect(secret()).toMatch(/^[\w-]{43}$/);
    const [call] = await capillary.events.emit({ ...pointsIssued('emitted') });
    expect(call?.status).toBe(202);
    const [message] = await hook.atLeast(1);
    expect(JSON.parse(message?.body ?? '')).toMatchObject({ event: 'pointsIssued', name: 'Asha' });
    expect(await send('forged', 'invented-wrong-secret')).toBe(401);
  });

  it('changes nothing if it is repeated', async () => {
    const before = webhook();
    expect(await post('register')).toMatchObject({ status: 200, body: { changes: [] } });
    expect(webhook()).toEqual(before);
  });

  it('adds an event type after a subscription uses it, and keeps the other fields', async () => {
    change({ maxAllowedConnections: 20 });
    const tier = { name: 'tier', source: 'capillary', events: ['tierUpgraded'], destination: 'hook' };
    const mapping = { body: { event: '{{ event.type }}' } };
    expect((await hub.admin('POST', '/v1/brands/acme/subscriptions', { ...tier, mapping })).status).toBe(201);
    // The hub's own task does the same shortly after the change.
    expect((await post('check')).body).toMatchObject({ eventNames: ['pointsIssued', 'tierUpgraded'], drift: [] });
    expect(webhook()).toMatchObject({ eventNames: ['pointsIssued', 'tierUpgraded'], maxAllowedConnections: 20 });
    expect((await hub.admin('DELETE', '/v1/brands/acme/subscriptions/tier')).status).toBeLessThan(300);
    expect((await post('check')).body).toMatchObject({ eventNames: ['pointsIssued'] });
  });

  it('accepts both secrets from the rotation until Capillary has the new one, and for some time after', async () => {
    const before = secret();
    api.sandbox.next(answer(503), 'webhooks.update');
    api.sandbox.next(answer(503), 'webhooks.update');
    expect((await post('register', { rotateSecret: true })).status).toBe(503);
    expect(secret()).toBe(before);
    expect(await send('during', before)).toBe(202);
    expect(at((await hub.admin('GET', '/v1/brands/acme/capillary')).body, 'rotating')).toBe(true);

    expect((await post('check')).body).toMatchObject({ rotating: false, drift: [] });
    const after = secret();
    expect(after).not.toBe(before);
    expect([await send('old', before), await send('new', after)]).toEqual([202, 202]);
  });

  it('reports a change at Capillary once, does not overwrite it, and restores the webhook on request', async () => {
    change({ eventNames: ['customerAdded'] });
    for (let check = 0; check < 3; check++) {
      expect((await post('check')).body).toMatchObject({ drift: [{ field: 'eventNames', after: 'customerAdded' }] });
    }
    expect(webhook()).toMatchObject({ eventNames: ['customerAdded'] });
    await ops.atLeast(1);
    expect(await post('register')).toMatchObject({ status: 200, body: { changes: [{ field: 'eventNames' }] } });
    expect(webhook()).toMatchObject({ eventNames: ['pointsIssued'] });
    expect((await post('check')).body).toMatchObject({ drift: [] });

    capillary.webhooks.byId.clear();
    expect((await post('check')).body).toMatchObject({ deleted: true });
    const alerts = (await ops.atLeast(2)).map(({ body }) => JSON.parse(body) as unknown);
    expect(alerts).toMatchObject([
      { type: 'capillary.drifted', deleted: false, field: 'eventNames' },
      { type: 'capillary.drifted', deleted: true },
    ]);
    expect((await post('register')).status).toBe(200);
    secret();
  });

  it('exports only that the secret of a brand is generated, and its platform without secrets', async () => {
    const platform = { capillary: { baseUrl: api.sandbox.baseUrl, key: CAPILLARY_KEY, secret: CAPILLARY_SECRET } };
    const subscription = { source: 'capillary', events: ['pointsIssued'], destination: 'hook', mapping: { body: 'x' } };
    const made = { type: 'webhook', credentials: { bearer: 'invented' }, settings: { url: hook.url } };
    const source = { name: 'capillary', adapter: 'capillary', auth: { generated: true } };
    for (const [path, body] of [
      ['', { name: 'made', platform }],
      ['/made/sources', source],
      ['/made/destinations', { name: 'hook', ...made }],
      ['/made/subscriptions', { name: 'points', ...subscription }],
    ] as const) {
      expect(await hub.admin('POST', `/v1/brands${path}`, body)).toMatchObject({ status: 201 });
    }
    expect((await hub.admin('POST', '/v1/brands/made/capillary/register', {})).status).toBe(200);
    const webhooks = [...capillary.webhooks.byId.values()];
    ownSecret = String(at(webhooks.at(-1), `webHookHeaders.${HEADER}`));
    secrets.push(ownSecret);
    const { text } = await hub.admin('GET', '/v1/brands/made/export');
    expect(text).toMatch(/auth:\s+generated: true/);
    expect(text).toContain('platform:');
    expect(text).not.toMatch(/^enrichment:/m);
    for (const one of [...secrets, CAPILLARY_SECRET]) expect(text).not.toContain(one);
  });

  it('never shows a secret in answers, logs or the audit log', async () => {
    const paths = ['', '/capillary', '/sources', '/sources/capillary'].map((path) => `/v1/brands/acme${path}`);
    const answers = await Promise.all([...paths, '/v1/audit'].map((path) => hub.admin('GET', path)));
    const text = [...answers.map((one) => one.text), ...hub.log].join('\n');
    expect(secrets.length).toBeGreaterThanOrEqual(2);
    for (const one of [...secrets, CAPILLARY_SECRET]) expect(text).not.toContain(one);
    expect(text).toContain('source.rotateSecret');
  });

  it('deletes the webhook, also if its creation was not confirmed, and the secret on request', async () => {
    const last = secret();
    const client = new pg.Client({ connectionString: hub.databaseUrl });
    await client.connect();
    await client.query(
      "UPDATE capillary_registrations r SET webhook_id = NULL FROM brands b WHERE b.id = r.brand_id AND b.name = 'acme'",
    );
    await client.end();
    expect(await post('unregister')).toMatchObject({ status: 200, body: { registered: false } });
    expect([...capillary.webhooks.byId.values()].map(({ name }) => name)).toEqual(['Patchbay made capillary']);
    await until(async () => (await send('late', last)) === 401, { what: 'the refusal of the deleted secret' });
  });

  it('says what is missing', async () => {
    expect((await hub.admin('POST', '/v1/brands/none/capillary/register', {})).status).toBe(404);
    await hub.admin('POST', '/v1/brands', { name: 'plain' });
    const { status, text } = await hub.admin('POST', '/v1/brands/plain/capillary/register', {});
    expect([status, text]).toEqual([409, expect.stringContaining('platform: { capillary')]);
  });

  describe('with a second hub', () => {
    let next: TestHub;
    beforeAll(async () => {
      next = await startTestHub({
        databaseUrl: hub.databaseUrl,
        configDirectory: hub.configDirectory,
        env,
        environment: {
          PATCHBAY_PUBLIC_URL: hub.url,
          PATCHBAY_MASTER_KEY: Buffer.alloc(32, 8).toString('base64'),
          PATCHBAY_MASTER_KEY_PREVIOUS: Buffer.alloc(32, 7).toString('base64'),
        },
      });
    }, SERVICE_TIMEOUT_MS);
    afterAll(() => next.close());

    it('creates and deletes one webhook if both hubs do it at once', async () => {
      const both = (action: string): Promise<Answer[]> =>
        Promise.all([hub, next].map((one) => one.admin('POST', `/v1/brands/acme/capillary/${action}`, {})));
      // The first hub gets its list of webhooks late, so the other hub would act in between.
      api.sandbox.next({ kind: 'slow', ms: 500 }, 'webhooks.list');
      const registered = await both('register');
      expect(registered.map(({ status }) => status)).toEqual([200, 200]);
      expect(registered.filter(({ body }) => at(body, 'changes.0') !== undefined)).toHaveLength(1);
      expect([await send('both', secret()), capillary.webhooks.byId.size]).toEqual([202, 2]);

      api.sandbox.next({ kind: 'slow', ms: 500 }, 'webhooks.list');
      expect(await both('unregister')).toMatchObject([
        { status: 200, body: { registered: false } },
        { status: 200, body: { registered: false } },
      ]);
      expect(capillary.webhooks.byId.size).toBe(1);
    });

    it('opens a generated secret after the master key was replaced', async () => {
      expect((await next.admin('POST', '/v1/keys/rotate-master')).status).toBe(200);
      const { status } = await next.ingest('made/capillary', pointsIssued('new-key'), { [HEADER]: ownSecret });
      expect(status).toBe(202);
    });
  });
});
