import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@patchbay/embedded';
import { textOf, type JsonObject } from '@patchbay/plugin-sdk';
import {
  answer,
  CAPILLARY_KEY,
  CAPILLARY_LOGS,
  CAPILLARY_SECRET,
  capillarySandbox,
  startSandbox,
  type CapillaryLogForm,
  type CapillarySandbox,
  type StartedSandbox,
} from '@patchbay/testing';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import pg from 'pg';
import { pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type Answer, type TestHub } from './support/test-hub.js';

/** Brand whose log has one of the two forms of the sandbox. */
const brand = (name: string, form: CapillaryLogForm): string => `
brand: ${name}
sources:
  capillary: { adapter: capillary, auth: { generated: true } }
platform:
  capillary:
    baseUrl: "\${env:CAPILLARY}"
    key: "\${env:CAP_KEY}"
    secret: "\${env:CAP_SECRET}"
    ratePerMinute: 60000
    logs: ${JSON.stringify(CAPILLARY_LOGS[form])}
destinations:
  hook: { type: webhook, credentials: { bearer: "\${env:HOOK_TOKEN}" }, settings: { url: "\${env:HOOK}" } }
subscriptions:
  points: { source: capillary, events: [pointsIssued], destination: hook, mapping: { body: { type: "{{ event.type }}" } } }
  alerts: { source: patchbay, events: [capillary.missing], destination: hook, mapping: { body: { type: "{{ event.type }}" } } }
`;

/** Noon of yesterday, in milliseconds since the epoch. */
const noon = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 43_200_000;
const event = (id: string): JsonObject => ({ ...(pointsIssued(id) as JsonObject), createdAt: noon });
const many = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(3, '0')}`);

describe("the check of Capillary's log", () => {
  let capillary: CapillarySandbox;
  let api: StartedSandbox;
  let hook: Receiver;
  let hub: TestHub;

  beforeAll(async () => {
    hook = await startReceiver();
    capillary = capillarySandbox();
    api = await startSandbox(capillary.definition);
    const port = await freePort();
    hub = await startTestHub({
      brands: { acme: brand('acme', 'numbered'), shop: brand('shop', 'cursor') },
      env: {
        CAPILLARY: api.sandbox.baseUrl,
        CAP_KEY: CAPILLARY_KEY,
        CAP_SECRET: CAPILLARY_SECRET,
        HOOK: hook.url,
        HOOK_TOKEN: 'invented-hook-token',
      },
      environment: { PORT: String(port), PATCHBAY_PUBLIC_URL: `http://127.0.0.1:${port}` },
    });
    for (const name of ['acme', 'shop']) expect((await post(name, 'register')).status).toBe(200);
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
    await api.stop();
    await hook.close();
  });

  const post = (name: string, action: string): Promise<Answer> =>
    hub.admin('POST', `/v1/brands/${name}/capillary/${action}`, {});
  /** Adds events to the log of a brand that the hub never received. */
  const lose = (name: string, ids: readonly string[], status: 'FAILED' | 'RETRYING' = 'FAILED'): void => {
    const webhook = [...capillary.webhooks.byId.values()].find(({ name: one }) => textOf(one)?.includes(` ${name} `));
    const group = textOf(webhook?.['consumerGroupId']) ?? '';
    const entries = ids.map((id) => ({ event: event(id), status, httpStatus: 400, at: noon }));
    capillary.events.logs.set(group, [...(capillary.events.logs.get(group) ?? []), ...entries]);
  };
  /** Starts a check. Returns the path of the check. */
  async function start(name: string): Promise<string> {
    const { body } = await post(name, 'reconcile');
    return `/v1/brands/${name}/capillary/log-checks/${String(at(body, 'logCheck.id'))}`;
  }
  const check = async (path: string): Promise<unknown> => (await hub.admin('GET', path)).body;
  const ended = (path: string): Promise<unknown> =>
    until(async () => at(await check(path), 'endedAt') !== null, { what: 'the end of the check', timeoutMs: 60_000 });
  async function query(sql: string): Promise<void> {
    const client = new pg.Client({ connectionString: hub.databaseUrl });
    await client.connect();
    await client.query(sql);
    await client.end();
  }

  it('lists the missing events per type if the log does not contain events', async () => {
    capillary.events.logForm = 'numbered';
    // Both brands receive these events.
    for (const id of ['kept-1', 'kept-2']) await capillary.events.emit(event(id));
    lose('acme', many('lost', 150));
    lose('acme', ['later'], 'RETRYING');
    const path = await start('acme');
    await ended(path);
    const result = await check(path);
    expect(result).toMatchObject({
      ...{ state: 'done', entries: 153, unreadable: 0, missing: 150, recovered: 0, isExact: true, reason: null },
      types: [
        { type: 'pointsIssued', entries: 153, stored: 2, waiting: 1, quarantined: 0, missing: 150, recovered: 0 },
      ],
    });
    expect(at(result, 'missingEvents')).toHaveLength(150);
    const first = { type: 'pointsIssued', eventId: 'lost-000', occurredAt: new Date(noon).toISOString() };
    expect(at(result, 'missingEvents.0')).toEqual({ ...first, status: 'FAILED' });
    expect(at((await hub.admin('GET', '/v1/brands/acme/capillary/log-checks')).body, 'data')).toHaveLength(1);
    expect((await hub.admin('GET', path.replace('acme', 'shop'))).status).toBe(404);
    // The counts of Capillary show no gap.
    const alert = await until(
      async () => {
        const { body } = await hub.admin('GET', '/v1/brands/acme/events?source=patchbay');
        return at(body, 'data.0');
      },
      { what: 'the operational event' },
    );
    const { body } = await hub.admin('GET', `/v1/brands/acme/events/${String(at(alert, 'id'))}`);
    const data = { checkId: path.split('/').at(-1), source: 'capillary', missing: 150, recovered: 0 };
    expect([at(alert, 'type'), at(body, 'data')]).toEqual(['capillary.missing', expect.objectContaining(data)]);
  });

  it('continues after a crash, recovers each event once, and marks it', async () => {
    capillary.events.logForm = 'cursor';
    lose('shop', many('shop', 250));
    // The second page fails, so that the first page is recorded.
    api.sandbox.next({ kind: 'slow', ms: 0 }, 'logs');
    for (let call = 0; call < 3; call++) api.sandbox.next(answer(503), 'logs');
    const path = await start('shop');
    await until(async () => at(await check(path), 'reason') !== null, { what: 'the failure of the second page' });
    expect(await check(path)).toMatchObject({ state: 'running', entries: 100, recovered: 98 });
    // The row looks as if a process died that had the lease.
    await query(`UPDATE capillary_log_checks SET lease_token = gen_random_uuid(), lease_until = now(), next_at = now()
      WHERE ended_at IS NULL`);
    await ended(path);
    expect(await check(path)).toMatchObject({
      ...{ state: 'done', entries: 252, missing: 0, recovered: 250, missingEvents: [] },
      types: [{ type: 'pointsIssued', entries: 252, stored: 2, recovered: 250 }],
    });
    // The hook also gets the alerts.
    const points = (): unknown[] => hook.received.filter(({ body }) => body.includes('pointsIssued'));
    await until(() => points().length >= 254, { what: 'the messages' });
    expect(points()).toHaveLength(254);
    const [stored] = at((await hub.admin('GET', '/v1/brands/shop/events?type=pointsIssued&limit=1')).body, 'data') as {
      id: string;
    }[];
    const { body } = await hub.admin('GET', `/v1/brands/shop/events/${stored?.id ?? ''}`);
    expect(at(body, 'origin')).toEqual({ kind: 'logCheck', id: path.split('/').at(-1), recovered: true });
    // The days are counted again after the recovery.
    await until(async () => (await hub.admin('GET', '/metrics')).text.includes('missing_events{brand="shop"} 0\n'), {
      what: 'the comparison after the recovery',
    });
    const again = await start('shop');
    await ended(again);
    expect(await check(again)).toMatchObject({ missing: 0, recovered: 0, types: [{ entries: 252, stored: 252 }] });
  });

  it('can be cancelled while Capillary does not answer, and is not started twice', async () => {
    for (let call = 0; call < 3; call++) api.sandbox.next(answer(503), 'logs');
    const path = await start('shop');
    await until(async () => at(await check(path), 'reason') !== null, { what: 'the failure of the first page' });
    expect(await start('shop')).toBe(path);
    expect(await hub.admin('POST', `${path}/cancel`)).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    const [entry] = at((await hub.admin('GET', '/v1/audit?action=logCheck.cancel')).body, 'data') as {
      target: string;
    }[];
    expect(entry?.target).toBe(path.split('/').at(-1));
  });

  it('fails with the setting that does not match the answers', async () => {
    capillary.events.logForm = 'numbered';
    const path = await start('shop');
    await ended(path);
    expect(await check(path)).toMatchObject({ state: 'failed', reason: expect.stringContaining('result.records') });
  });
});
