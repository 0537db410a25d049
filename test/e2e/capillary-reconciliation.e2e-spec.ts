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
  capillary: { baseUrl: "\${env:CAPILLARY}", key: "\${env:CAP_KEY}", secret: "\${env:CAP_SECRET}", ratePerMinute: 10000 }
destinations:
  hook: { type: webhook, credentials: { bearer: "\${env:HOOK_TOKEN}" }, settings: { url: "\${env:HOOK}" } }
  ops: { type: webhook, credentials: { bearer: "\${env:HOOK_TOKEN}" }, settings: { url: "\${env:OPS}" } }
subscriptions:
  points: { source: capillary, events: [pointsIssued], destination: hook, mapping: { body: { event: "{{ event.type }}" } } }
  alerts:
    source: patchbay
    events: [capillary.gap]
    destination: ops
    mapping: { body: { day: "{{ data.day }}", expected: "{{ data.expected }}", missing: "{{ data.missing }}" } }
`;

const DAY_MS = 86_400_000;
const yesterday = new Date(Date.now() - DAY_MS).toISOString().slice(0, 10);
const before = new Date(Date.now() - 2 * DAY_MS).toISOString().slice(0, 10);
/** Noon of yesterday, in milliseconds since the epoch. */
const noon = Date.parse(`${yesterday}T12:00:00Z`);

const event = (id: string, createdAt = noon): JsonObject => ({ ...(pointsIssued(id) as JsonObject), createdAt });

describe('the comparison of events with Capillary', () => {
  let capillary: CapillarySandbox;
  let api: StartedSandbox;
  let hook: Receiver;
  let ops: Receiver;
  let hub: TestHub;
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
    expect((await post('register')).status).toBe(200);
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await hub.close();
    await api.stop();
    await hook.close();
    await ops.close();
  });

  const post = (action: string, body: object = {}): Promise<Answer> =>
    hub.admin('POST', `/v1/brands/acme/capillary/${action}`, body);
  const recorded = async (): Promise<readonly unknown[]> =>
    at((await hub.admin('GET', '/v1/brands/acme/capillary/days')).body, 'days') as readonly unknown[];
  /** Adds events to Capillary's log that the hub never received. */
  const lose = (status: 'DELIVERED' | 'FAILED' | 'RETRYING', ids: readonly string[]): void => {
    const [webhook] = capillary.webhooks.byId.values();
    const group = textOf(webhook?.['consumerGroupId']) ?? '';
    const entries = ids.map((id) => ({ event: event(id), status, httpStatus: 400, at: noon }));
    capillary.events.logs.set(group, [...(capillary.events.logs.get(group) ?? []), ...entries]);
  };

  it('finds nothing missing if the hub has all events, whichever day they arrived', async () => {
    await capillary.events.emit(event('one'));
    await capillary.events.emit(event('two'));
    await capillary.events.emit(event('older', noon - DAY_MS));
    await capillary.events.emit(event('today', Date.now()));
    const { status, body } = await post('reconcile', { from: before });
    expect([status, at(body, 'missing')]).toEqual([200, 0]);
    expect(at(body, 'days')).toMatchObject([
      { day: before, total: 1, accepted: 1 },
      { day: yesterday, total: 2, delivered: 2, failed: 0, accepted: 2, quarantined: 0, missing: 0 },
    ]);
  });

  it('reports a gap once, again if it becomes larger, and counts it in the metrics', async () => {
    lose('FAILED', ['lost-1', 'lost-2']);
    lose('RETRYING', ['later']);
    for (let run = 0; run < 2; run++) {
      expect((await post('reconcile')).body).toMatchObject({ missing: 2 });
    }
    // Both events are published at once otherwise, and their deliveries have no order.
    await ops.atLeast(1);
    lose('DELIVERED', ['lost-3']);
    expect(at((await post('reconcile')).body, 'days.6')).toMatchObject({
      ...{ day: yesterday, total: 6, retrying: 1, accepted: 2, missing: 3 },
    });
    const alerts = (await ops.atLeast(2)).map(({ body }) => JSON.parse(body) as unknown);
    expect(alerts).toEqual([
      { day: yesterday, expected: 4, missing: 2 },
      { day: yesterday, expected: 5, missing: 3 },
    ]);
    expect(await recorded()).toHaveLength(7);
    const { text } = await hub.admin('GET', '/metrics');
    expect(text).toContain('\npatchbay_capillary_missing_events{brand="acme"} 3\n');
  });

  it('has no gap after the events were recovered from a file', async () => {
    const bytes = Buffer.from(['lost-1', 'lost-2', 'lost-3'].map((id) => `${JSON.stringify(event(id))}\n`).join(''));
    const path = '/v1/brands/acme/sources/capillary/imports';
    const request = { fileName: 'missed.ndjson', sizeBytes: bytes.length, recovered: true };
    const id = String(at((await hub.admin('POST', path, request)).body, 'id'));
    expect((await hub.admin('PATCH', `${path}/${id}`, bytes, { 'upload-offset': '0' })).status).toBe(200);
    await until(async () => at((await hub.admin('GET', `${path}/${id}`)).body, 'endedAt') !== null, {
      what: 'the end of the import',
      timeoutMs: 120_000,
    });
    expect((await post('reconcile')).body).toMatchObject({ missing: 0 });
    expect((await recorded())[0]).toMatchObject({ day: yesterday, accepted: 5, missing: 0 });
    expect((await hub.admin('GET', '/metrics')).text).toContain('missing_events{brand="acme"} 0\n');
  });

  it('refuses days that cannot be compared, and says why', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const refused = async (body: object): Promise<unknown[]> => {
      const { status, text } = await post('reconcile', body);
      return [status, text];
    };
    expect(await refused({ to: today })).toEqual([409, expect.stringContaining('has not ended')]);
    expect(await refused({ from: yesterday, to: before })).toEqual([409, expect.stringContaining('is before')]);
    expect(await refused({ from: '2020-01-01' })).toEqual([409, expect.stringContaining('at most 30 days')]);
    expect(await refused({ from: '2020-01-01', to: '2020-01-02' })).toEqual([409, expect.stringContaining('keeps')]);
    expect(await refused({ from: 'monday' })).toEqual([400, expect.stringContaining('from')]);
    expect((await hub.admin('POST', '/v1/brands/none/capillary/reconcile', {})).status).toBe(404);
  });

  it('records nothing if Capillary does not answer', async () => {
    const days = await recorded();
    for (let call = 0; call < 3; call++) api.sandbox.next(answer(503), 'metrics');
    expect((await post('reconcile', { from: yesterday })).status).toBe(503);
    expect(await recorded()).toEqual(days);
  });

  it('compares registered brands by itself', async () => {
    const client = new pg.Client({ connectionString: hub.databaseUrl });
    await client.connect();
    await client.query('DELETE FROM capillary_days');
    await client.end();
    const { databaseUrl, configDirectory } = hub;
    const next = await startTestHub({ databaseUrl, configDirectory, env });
    try {
      await until(async () => (await recorded()).length === 7, { what: 'the comparison of seven days' });
    } finally {
      await next.close();
    }
  });
});
